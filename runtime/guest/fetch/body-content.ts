import type { Capabilities } from "../../../wit/generated/contract.ts";
import { GuestString } from "../primordials.ts";
import { bytesOf, isBufferSource } from "../globals/buffer-source.ts";
import { decodeUtf8, encodeUtf8 } from "../globals/text-encoding.ts";
import { URLSearchParams } from "../globals/url-search-params.ts";
import { Blob, blobBytes } from "./blob.ts";
import { FormData, formEntries } from "./form-data.ts";
import { multipartType, toMultipart } from "./multipart.ts";

/** What a body holds, in the form in which it crosses to the host. */
export type BodyContent = NonNullable<Parameters<Capabilities["fetch"]["send"]>[0]["body"]>;

/** What anything becomes that is given as a body, not copied; undefined for none. */
export function toContent(body: unknown): BodyContent | undefined {
  if (body === undefined || body === null) return undefined;
  if (body instanceof URLSearchParams) return { tag: "params", val: body.toString() };
  if (body instanceof FormData) return { tag: "form", val: formEntries(body).map(toPart) };
  if (body instanceof Blob) return { tag: "bytes", val: blobBytes(body) };
  if (isBufferSource(body)) return { tag: "bytes", val: bytesOf(body) };
  return { tag: "text", val: GuestString(body) };
}

/** The content type that a body has by itself. */
export function typeOfContent(content: BodyContent, body: unknown): string | undefined {
  switch (content.tag) {
    case "text":
      return "text/plain;charset=UTF-8";
    case "params":
      return "application/x-www-form-urlencoded;charset=UTF-8";
    case "form":
      return multipartType(content.val);
    case "bytes":
      return body instanceof Blob && body.type ? body.type : undefined;
  }
}

export function contentBytes(content: BodyContent): Uint8Array {
  switch (content.tag) {
    case "bytes":
      return content.val;
    case "form":
      return toMultipart(content.val);
    default:
      return encodeUtf8(content.val);
  }
}

export function contentText(content: BodyContent): string {
  if (content.tag === "text" || content.tag === "params") return content.val.toWellFormed().replace(/^\ufeff/, "");
  return decodeUtf8(contentBytes(content));
}

function toPart({ name, value }: ReturnType<typeof formEntries>[number]) {
  if (typeof value === "string") return { name, value: encodeUtf8(value) };
  const file = { name, value: blobBytes(value), filename: value.name };
  return value.type ? { ...file, contentType: value.type } : file;
}
