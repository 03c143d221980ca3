import { gzipSync } from "node:zlib";
import LZString from "lz-string";

/** How a body reaches the server: request target, headers and bytes for one JSON text. */
export interface Encoding {
  name: string;
  encode(json: string): { query?: string; headers?: Record<string, string>; body: BodyInit };
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const PLAIN = { "content-type": "text/plain" };
const JSON_TYPE = { "content-type": "application/json" };

export function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

export function gzip(text: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(text));
}

function multipart(fields: Record<string, string | Blob>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, value, "blob");
  }
  return form;
}

const form = (value: string, rest = "") => `data=${encodeURIComponent(value)}${rest}`;
const lz64 = (json: string) => LZString.compressToBase64(json);
const unpadded = (json: string) => base64(json).replace(/=+$/, "");

/** Every way of posting JSON that is understood. */
export const ENCODINGS: Encoding[] = [
  { name: "json", encode: (json) => ({ headers: JSON_TYPE, body: json }) },
  {
    name: "json with charset and parameters",
    encode: (json) => ({ headers: { "content-type": "application/json; charset=utf-8" }, body: json }),
  },
  { name: "text/plain", encode: (json) => ({ headers: PLAIN, body: json }) },
  { name: "no content type", encode: (json) => ({ body: new TextEncoder().encode(json) }) },
  { name: "json sent as a form", encode: (json) => ({ headers: FORM, body: json }) },
  {
    name: "json sent as octets",
    encode: (json) => ({ headers: { "content-type": "application/octet-stream" }, body: json }),
  },
  {
    name: "json sent as multipart",
    encode: (json) => ({ headers: { "content-type": "multipart/form-data; boundary=x" }, body: json }),
  },
  { name: "json with a byte order mark", encode: (json) => ({ headers: PLAIN, body: `\uFEFF${json}` }) },
  { name: "json in blanks", encode: (json) => ({ headers: PLAIN, body: ` \r\n\t${json}\n` }) },
  { name: "raw base64", encode: (json) => ({ headers: PLAIN, body: base64(json) }) },
  { name: "raw base64 without padding", encode: (json) => ({ headers: PLAIN, body: unpadded(json) }) },
  { name: "raw base64 with too much padding", encode: (json) => ({ headers: PLAIN, body: `${unpadded(json)}===` }) },
  { name: "form, json", encode: (json) => ({ headers: FORM, body: form(json) }) },
  { name: "form, base64", encode: (json) => ({ headers: FORM, body: form(base64(json)) }) },
  {
    name: "form, base64, declared",
    encode: (json) => ({ headers: FORM, body: form(base64(json), "&compression=base64") }),
  },
  { name: "form, base64, not escaped", encode: (json) => ({ headers: FORM, body: `data=${base64(json)}` }) },
  { name: "form as text/plain", encode: (json) => ({ headers: PLAIN, body: form(base64(json)) }) },
  {
    name: "form, data last",
    encode: (json) => ({ headers: FORM, body: `x&metadata=1&ip=1&${form(base64(json))}` }),
  },
  {
    name: "form, base64 of gzip",
    encode: (json) => ({
      headers: FORM,
      body: form(Buffer.from(gzip(json)).toString("base64"), "&compression=gzip"),
    }),
  },
  {
    name: "form, lz64",
    encode: (json) => ({ headers: FORM, body: form(lz64(json), "&compression=lz64") }),
  },
  {
    name: "form, lz64 in the query",
    encode: (json) => ({ query: "compression=lz64", headers: FORM, body: form(lz64(json)) }),
  },
  {
    name: "form, lz64, not escaped",
    encode: (json) => ({ headers: FORM, body: `data=${lz64(json)}&compression=lz64` }),
  },
  { name: "raw lz64", encode: (json) => ({ query: "compression=lz64", headers: PLAIN, body: lz64(json) }) },
  { name: "multipart, json", encode: (json) => ({ body: multipart({ data: json }) }) },
  { name: "multipart, base64", encode: (json) => ({ body: multipart({ data: base64(json) }) }) },
  {
    name: "multipart, lz64",
    encode: (json) => ({ body: multipart({ data: lz64(json), compression: "lz64" }) }),
  },
  {
    name: "multipart, gzip as a file",
    encode: (json) => ({
      body: multipart({ data: new Blob([gzip(json)]), compression: "gzip-js" }),
    }),
  },
  {
    name: "gzip-js in the query",
    encode: (json) => ({ query: "compression=gzip-js", headers: PLAIN, body: gzip(json) }),
  },
  {
    name: "gzip in the query",
    encode: (json) => ({ query: "compression=gzip", headers: JSON_TYPE, body: gzip(json) }),
  },
  { name: "gzip, not declared", encode: (json) => ({ headers: PLAIN, body: gzip(json) }) },
  { name: "gzip sent as a form", encode: (json) => ({ headers: FORM, body: gzip(json) }) },
  {
    name: "gzip sent as multipart",
    encode: (json) => ({ headers: { "content-type": "multipart/form-data" }, body: gzip(json) }),
  },
  {
    name: "content-encoding gzip",
    encode: (json) => ({ headers: { ...JSON_TYPE, "content-encoding": "GZIP" }, body: gzip(json) }),
  },
  {
    name: "content-encoding gzip of a form",
    encode: (json) => ({ headers: { ...FORM, "content-encoding": "gzip" }, body: gzip(form(base64(json))) }),
  },
  {
    name: "gzip in gzip",
    encode: (json) => ({
      query: "compression=gzip-js",
      headers: { ...PLAIN, "content-encoding": "gzip" },
      body: gzip(gzip(json)),
    }),
  },
  {
    name: "gzip declared, decoded on the way",
    encode: (json) => ({ query: "compression=gzip-js", headers: PLAIN, body: json }),
  },
  {
    name: "lz64 declared, but json",
    encode: (json) => ({ query: "compression=lz64", headers: PLAIN, body: json }),
  },
];
