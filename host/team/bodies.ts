/** Where a row keeps its JSON: in itself, or in R2 when it would come near SQLite's 2 MB limit for a row. */
export interface StoredBody {
  body: string | null;
  blobKey: string | null;
}

/** The JSON of a row is gone from R2. Trying again does not bring it back. */
export class MissingBodyError extends Error {
  override readonly name = "MissingBodyError";

  constructor(blobKey: string | null) {
    super(`the body ${blobKey} of a row is missing in R2`);
  }
}

/** What the keys of an object's blobs begin with. @param id of the object */
export const blobPrefix = (id: string): string => `teams/${id}/`;

/** UTF-16 units; at three UTF-8 bytes each, a row of this length stays under the 2 MB limit. */
const MAX_INLINE = 600_000;

/** Keeps the JSON of rows, whatever its size. */
export class Bodies {
  readonly #bucket: R2Bucket;
  readonly #prefix: string;

  /** @param prefix of the object that owns the rows, so that its blobs can be told from all others */
  constructor(bucket: R2Bucket, prefix: string) {
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  /** Stores a text; what comes back goes into the row. A blob is complete before this resolves. */
  async put(text: string): Promise<StoredBody> {
    if (text.length <= MAX_INLINE) return { body: text, blobKey: null };
    const blobKey = `${this.#prefix}${crypto.randomUUID()}`;
    await this.#bucket.put(blobKey, text);
    return { body: null, blobKey };
  }

  /** @throws {MissingBodyError} when the blob was lost */
  async get({ body, blobKey }: StoredBody): Promise<string> {
    if (body !== null) return body;
    const blob = blobKey === null ? null : await this.#bucket.get(blobKey);
    if (!blob) throw new MissingBodyError(blobKey);
    return blob.text();
  }

  /**
   * Forgets the blobs of rows that are gone. A failure leaves them behind, which costs space and harms nothing: the
   * rows have been committed by then, and must not be worked on again because of it.
   */
  async delete(rows: readonly StoredBody[]): Promise<void> {
    const keys = rows.map((row) => row.blobKey).filter((key) => key !== null);
    if (keys.length === 0) return;
    try {
      await this.#bucket.delete(keys);
    } catch (error) {
      console.error(`blobs left behind in R2: ${keys.join(", ")}: ${String(error)}`);
    }
  }
}
