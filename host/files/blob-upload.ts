import { toHex } from "../bytes.ts";

/** What was uploaded. */
export interface UploadedBlob {
  r2Key: string;
  /** Bytes. */
  size: number;
  /** SHA-256 of the contents in lower-case hex. */
  hash: string;
}

/** R2 wants all parts but the last to be equally long, and at least 5 MiB. */
const PART_BYTES = 8 * 1024 * 1024;

/** Puts a file into R2 while it arrives: no more of it is in memory than one part. */
export class BlobUpload {
  readonly #bucket: R2Bucket;
  readonly #r2Key: string;
  readonly #digest = new crypto.DigestStream("SHA-256");
  readonly #digestWriter = this.#digest.getWriter();
  readonly #parts: R2UploadedPart[] = [];
  #part = new Uint8Array(PART_BYTES);
  /** Bytes of the part that are there. */
  #filled = 0;
  #size = 0;
  /** Only of a file that is longer than a part. */
  #upload: R2MultipartUpload | undefined;
  #isStored = false;

  constructor(bucket: R2Bucket, r2Key: string) {
    this.#bucket = bucket;
    this.#r2Key = r2Key;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** Takes the next bytes. They may be changed once this has resolved. */
  async write(chunk: Uint8Array): Promise<void> {
    this.#size += chunk.byteLength;
    await this.#digestWriter.write(chunk);
    for (let at = 0; at < chunk.byteLength;) {
      if (this.#filled === PART_BYTES) await this.#sendPart();
      const piece = chunk.subarray(at, at + PART_BYTES - this.#filled);
      this.#part.set(piece, this.#filled);
      this.#filled += piece.byteLength;
      at += piece.byteLength;
    }
  }

  /** There is no more: the file is in R2 when this resolves. */
  async end(): Promise<UploadedBlob> {
    await this.#digestWriter.close();
    if (this.#upload === undefined) await this.#bucket.put(this.#r2Key, this.#part.subarray(0, this.#filled));
    else {
      await this.#sendPart();
      await this.#upload.complete(this.#parts);
    }
    this.#isStored = true;
    this.#part = new Uint8Array(0);
    return { r2Key: this.#r2Key, size: this.#size, hash: toHex(new Uint8Array(await this.#digest.digest)) };
  }

  /** Leaves nothing of it in R2. */
  async discard(): Promise<void> {
    if (this.#isStored) await this.#bucket.delete(this.#r2Key);
    else await this.#upload?.abort();
  }

  async #sendPart(): Promise<void> {
    this.#upload ??= await this.#bucket.createMultipartUpload(this.#r2Key);
    this.#parts.push(await this.#upload.uploadPart(this.#parts.length + 1, this.#part.subarray(0, this.#filled)));
    this.#filled = 0;
  }
}
