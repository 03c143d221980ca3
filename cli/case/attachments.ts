import { readFile } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";

import type { Attachment } from "../../runtime/sandbox-options.ts";
import { UsageError } from "../errors.ts";
import type { CaseAttachment } from "./schema.ts";

/** What a browser would say of an uploaded file, by its extension. */
const TYPES: Record<string, string> = {
  ".csv": "text/csv",
  ".gif": "image/gif",
  ".gz": "application/gzip",
  ".html": "text/html",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript",
  ".json": "application/json",
  ".md": "text/markdown",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain",
  ".xml": "application/xml",
  ".yaml": "application/yaml",
  ".yml": "application/yaml",
  ".zip": "application/zip",
};
const BINARY = "application/octet-stream";

/** An attachment with its bytes. */
export interface FileAttachment extends Attachment {
  contents: Uint8Array;
}

/** The attachments of a case; `file` paths are relative to the case's own. */
export async function caseAttachments(
  attachments: Readonly<Record<string, CaseAttachment>>,
  casePath: string,
): Promise<FileAttachment[]> {
  return Promise.all(
    Object.entries(attachments).map(async ([key, { content_type, file_name, contents, base64, file }]) => {
      if ([contents, base64, file].filter((given) => given !== undefined).length !== 1)
        throw new UsageError(`${casePath}: attachments.${key} must have exactly one of contents, base64 and file`);
      const name = file_name ?? (file === undefined ? key : basename(file));
      const bytes =
        file === undefined
          ? Buffer.from(contents ?? base64 ?? "", contents === undefined ? "base64" : "utf8")
          : await readBytes(resolve(dirname(casePath), file));
      return fileAttachment(key, content_type ?? typeOf(name), name, bytes);
    }),
  );
}

/**
 * The attachments of `--attach key=path` flags, their types guessed by the extension.
 * @param from the folder that paths are relative to
 */
export async function flagAttachments(flags: readonly string[], from: string): Promise<FileAttachment[]> {
  return Promise.all(
    flags.map(async (flag) => {
      const [, key, path] = /^([^=]+)=(.+)$/s.exec(flag) ?? [];
      if (key === undefined || path === undefined)
        throw new UsageError(`--attach ${flag} must name a key and a file: --attach key=path`);
      return fileAttachment(key, typeOf(path), basename(path), await readBytes(resolve(from, path)));
    }),
  );
}

function fileAttachment(key: string, contentType: string, fileName: string, bytes: Buffer): FileAttachment {
  return { key, contentType, fileName, size: bytes.length, contents: new Uint8Array(bytes) };
}

const typeOf = (name: string): string => TYPES[extname(name).toLowerCase()] ?? BINARY;

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}
