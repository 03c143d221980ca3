import { Buffer } from "buffer";

import type { Capabilities } from "../../../wit/generated/contract.ts";
import { GuestTypeError } from "../primordials.ts";
import { decodeUtf8, encodeUtf8 } from "../globals/text-encoding.ts";
import { File, concat } from "./blob.ts";
import { FormData } from "./form-data.ts";

type FormParts = Extract<Parameters<Capabilities["fetch"]["send"]>[0]["body"], { tag: "form" }>["val"];

const BOUNDARY = "----formdata-hoglet-";

/** The content type of a form. The boundary follows from the form, so that the same call gives the same bytes again. */
export const multipartType = (parts: FormParts): string => `multipart/form-data; boundary=${boundaryOf(parts)}`;

/** A form as multipart/form-data. */
export function toMultipart(parts: FormParts): Uint8Array {
  const boundary = boundaryOf(parts);
  const chunks = parts.flatMap(({ name, value, filename, contentType }) => {
    const file = filename === undefined ? "" : `; filename="${escape(filename)}"`;
    const type = filename === undefined ? "" : `\r\nContent-Type: ${contentType ?? "application/octet-stream"}`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escape(name)}"${file}${type}\r\n\r\n`;
    return [encodeUtf8(head), value, encodeUtf8("\r\n")];
  });
  return concat([...chunks, encodeUtf8(`--${boundary}--\r\n`)]);
}

/**
 * The form in a body.
 * @throws {TypeError} when the body is no form of this type
 */
export function fromMultipart(bytes: Uint8Array, type: string): FormData {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type) ?? [];
  const boundary = quoted ?? plain;
  // As characters that stand for bytes: positions in one are positions in the other.
  const text = viewAsBuffer(bytes).toString("latin1");
  const form = new FormData();
  let at = text.startsWith(`--${boundary}`) ? 0 : text.indexOf(`\r\n--${boundary}`) + 2;
  for (;;) {
    const start = at + `--${boundary}`.length;
    if (boundary === undefined || at === 1) break;
    if (text.startsWith("--", start)) return form;
    const headEnd = text.indexOf("\r\n\r\n", start);
    const end = text.indexOf(`\r\n--${boundary}`, headEnd + 2);
    if (headEnd < 0 || end < 0) break;
    appendPart(form, decodeUtf8(bytes.subarray(start, headEnd)), bytes.subarray(headEnd + 4, end));
    at = end + 2;
  }
  throw new GuestTypeError("the body is no multipart form");
}

function appendPart(form: FormData, head: string, value: Uint8Array): void {
  const name = /^content-disposition:.*[;\s]name="([^"]*)"/im.exec(head)?.[1];
  if (name === undefined) throw new GuestTypeError("a part of the multipart form has no name");
  const filename = /^content-disposition:.*[;\s]filename="([^"]*)"/im.exec(head)?.[1];
  if (filename === undefined) return form.append(unescape(name), decodeUtf8(value));
  const type = /^content-type:\s*(.*?)\s*$/im.exec(head)?.[1] ?? "text/plain";
  return form.append(unescape(name), new File([value], unescape(filename), { type }));
}

/** As long as it stands nowhere in the form, any text will do. */
function boundaryOf(parts: FormParts): string {
  for (let number = 0; ; number++) {
    const boundary = `${BOUNDARY}${`${number}`.padStart(6, "0")}`;
    const isFree = parts.every(({ value }) => viewAsBuffer(value).indexOf(boundary, 0, "latin1") < 0);
    if (isFree) return boundary;
  }
}

const viewAsBuffer = ({ buffer, byteOffset, length }: Uint8Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, length);

const escape = (text: string): string => text.replace(/\r?\n|\r/g, "%0D%0A").replace(/"/g, "%22");

const unescape = (text: string): string => text.replace(/%0D%0A/gi, "\r\n").replace(/%22/g, '"');
