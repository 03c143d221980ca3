import type { Json } from "../event.ts";
import { CaptureError } from "./capture-error.ts";
import { decodeData } from "./decode-data.ts";
import { bareForm, type Form, looksLikeForm, readMultipartForm, readQueryForm, readUrlencodedForm } from "./form.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import { looksLikeJson, parseJson } from "./json.ts";
import { readBody } from "./read-body.ts";
import { decodeUtf8 } from "./utf8.ts";

export interface DecodedRequest {
  /** What the client sent, whatever its shape. */
  json: Json;
  /** Length of the JSON text in UTF-16 units. */
  textLength: number;
  /** The other fields of the form, or of the query string of a GET. */
  form: Omit<Form, "data">;
}

/**
 * Reads the body of a POST, or the query of a GET, and undoes its form, compression and encoding.
 *
 * @param limit most bytes, on the wire and after each decompression.
 * @throws {CaptureError} with the answer for the client.
 */
export async function decodeRequest(request: Request, limit: number): Promise<DecodedRequest> {
  const query = new URL(request.url).searchParams;
  const { data, ...form } = await readAnyForm(request, query, limit);
  if (data === null) throw CaptureError.noData();
  const compression = query.get("compression") || form.compression || request.headers.get("content-encoding") || "";
  const text = decodeData(data, compression.trim().toLowerCase(), limit);
  return { json: parseJson(text), textLength: text.length, form };
}

async function readAnyForm(request: Request, query: URLSearchParams, limit: number): Promise<Form> {
  if (request.method === "GET") return readQueryForm(query);

  const received = await readBody(request, limit);
  if (received.length === 0) return readQueryForm(query);
  const bytes = isGzip(received) ? gunzip(received, limit) : received;

  const contentType = request.headers.get("content-type") ?? "";
  if (/^multipart\/form-data/i.test(contentType)) {
    return looksLikeJson(decodeUtf8(bytes.subarray(0, 64))) ? bareForm(bytes) : readMultipartForm(bytes, contentType);
  }
  // Data that is gzip once more inside of a gzip transport encoding.
  if (isGzip(bytes)) return bareForm(bytes);
  const text = decodeUtf8(bytes);
  if (looksLikeJson(text)) return bareForm(text);
  const isForm = /^application\/x-www-form-urlencoded/i.test(contentType) || looksLikeForm(text);
  return isForm ? readUrlencodedForm(text) : bareForm(text);
}
