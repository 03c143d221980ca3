import type { Env } from "../../env.ts";
import { BlobUpload } from "../../files/blob-upload.ts";
import type { NewAttachment } from "../../store/attachments.ts";
import { ApiError } from "../api-error.ts";
import { type FileSink, type FormFile, tooLarge } from "./form-stream.ts";

/** Keys that R2 deletes in one call. */
const MAX_DELETED = 1000;
/** UTF-16 units of a content type or file name, as in PostHog. */
const MAX_NAME_LENGTH = 200;
/** Bytes of one file. */
const MAX_FILE_BYTES = 100 * 1024 * 1024;

/** What the R2 keys of a team's attachments begin with. */
export const attachmentsPrefix = (teamId: number): string => `attachments/${teamId}/`;

/** Files that come with a request, on their way into R2, each under a new key: a config that still runs keeps what it had. */
export class ArrivingFiles {
  readonly #env: Pick<Env, "BLOBS">;
  readonly #uploads = new Map<string, BlobUpload>();
  /** Those that are in R2, by the keys of their fields. */
  readonly stored = new Map<string, NewAttachment>();

  constructor(env: Pick<Env, "BLOBS">) {
    this.#env = env;
  }

  /** Takes a file of a team's for the field of a key. Throws ApiError 400 for names that are too long; its `write` throws ApiError 413. */
  open(teamId: number, key: string, { name, fileName, contentType }: FormFile): FileSink {
    if (fileName.length > MAX_NAME_LENGTH || contentType.length > MAX_NAME_LENGTH)
      throw ApiError.invalid(
        `The file name or content type of ${key} is longer than ${MAX_NAME_LENGTH} characters.`,
        name,
      );
    if (this.#uploads.has(key)) throw ApiError.invalid(`There are two files for ${key}.`, name);
    const upload = new BlobUpload(this.#env.BLOBS, `${attachmentsPrefix(teamId)}${crypto.randomUUID()}`);
    this.#uploads.set(key, upload);
    return {
      write: async (chunk) => {
        if (upload.size + chunk.byteLength > MAX_FILE_BYTES) throw tooLarge(`The file of ${key}`, MAX_FILE_BYTES, name);
        await upload.write(chunk);
      },
      end: async () => {
        this.stored.set(key, { key, contentType, fileName, ...(await upload.end()) });
      },
    };
  }

  /** Leaves none of them in R2. */
  async discard(): Promise<void> {
    await Promise.all([...this.#uploads.values()].map((upload) => upload.discard()));
  }
}

/** Removes files of attachments that are in the registry no more. */
export async function deleteBlobs(env: Pick<Env, "BLOBS">, attachments: readonly { r2Key: string }[]): Promise<void> {
  const keys = attachments.map(({ r2Key }) => r2Key);
  for (let start = 0; start < keys.length; start += MAX_DELETED)
    await env.BLOBS.delete(keys.slice(start, start + MAX_DELETED));
}
