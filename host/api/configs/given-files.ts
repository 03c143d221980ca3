import { z } from "zod";
import { fromBase64 } from "../../bytes.ts";
import type { GivenFile } from "../../team/load-team.ts";

/** Files that a dry run is given beside, or in the place of, those of its config, as cases have them. */
export const givenFiles = z
  .record(
    z.string().min(1).max(400),
    z
      .strictObject({
        content_type: z.string().max(200).exactOptional(),
        file_name: z.string().max(400).exactOptional(),
        contents: z.string().exactOptional(),
        base64: z.string().refine(isBase64, { error: "must be base64" }).exactOptional(),
      })
      .refine(({ contents, base64 }) => (contents === undefined) !== (base64 === undefined), {
        error: 'must have either "contents" or "base64"',
      }),
  )
  .meta({ description: "Files by the keys of their fields, in the place of those that the config has" });

export function filesOf(given: z.output<typeof givenFiles>): GivenFile[] {
  return Object.entries(given).map(([key, { content_type, file_name, contents, base64 }]) => ({
    key,
    contentType: content_type ?? "application/octet-stream",
    fileName: file_name ?? key,
    bytes: base64 === undefined ? new TextEncoder().encode(contents) : fromBase64(base64),
  }));
}

function isBase64(text: string): boolean {
  try {
    atob(text);
    return true;
  } catch {
    return false;
  }
}
