import type { Env } from "../env.ts";
import type { NewAttachment } from "../store/attachments.ts";
import { ApiError } from "./api-error.ts";
import { sha256 } from "../sha256.ts";

/** Keys that R2 deletes in one call. */
const MAX_DELETED = 1000;
/** UTF-16 units of a content type or file name, as in PostHog. */
const MAX_NAME_LENGTH = 200;

/** What the R2 keys of a team's attachments begin with. */
export const attachmentsPrefix = (teamId: number): string => `attachments/${teamId}/`;

/**
 * Puts files that were uploaded for a team into R2, each under a new key: a config that still runs keeps what it had. Throws ApiError 400 for
 * names that are too long.
 */
export async function storeFiles(
  env: Pick<Env, "BLOBS">,
  teamId: number,
  files: ReadonlyMap<string, File>,
): Promise<NewAttachment[]> {
  for (const [key, file] of files)
    if (file.name.length > MAX_NAME_LENGTH || file.type.length > MAX_NAME_LENGTH)
      throw ApiError.invalid(
        `The file name or content type of ${key} is longer than ${MAX_NAME_LENGTH} characters.`,
        `add_attachment[${key}]`,
      );
  return Promise.all(
    [...files].map(async ([key, file]) => {
      const bytes = await file.arrayBuffer();
      const r2Key = `${attachmentsPrefix(teamId)}${crypto.randomUUID()}`;
      await env.BLOBS.put(r2Key, bytes);
      return {
        key,
        contentType: file.type || "application/octet-stream",
        fileName: file.name,
        size: bytes.byteLength,
        hash: await sha256(bytes),
        r2Key,
      };
    }),
  );
}

/** Removes files of attachments that are in the registry no more. */
export async function deleteBlobs(env: Pick<Env, "BLOBS">, attachments: readonly { r2Key: string }[]): Promise<void> {
  const keys = attachments.map(({ r2Key }) => r2Key);
  for (let start = 0; start < keys.length; start += MAX_DELETED)
    await env.BLOBS.delete(keys.slice(start, start + MAX_DELETED));
}
