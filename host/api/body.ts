import type { z } from "zod";
import { CaptureError } from "../capture/capture-error.ts";
import { readBody } from "../capture/read-body.ts";
import type { Env } from "../env.ts";
import type { Json } from "../event.ts";
import { isDeeperThan } from "../json-depth.ts";
import { ApiError } from "./api-error.ts";
import { parse } from "./parse.ts";

/** Twice what a plugin's files may have, as JSON escapes. */
const MAX_BODY_BYTES = 20 * 1024 * 1024;
const MAX_LEVELS = 100;

/** How a body is read, and what the API's document says of it: schemas by media type. */
export interface BodyReader<Read, Subject = unknown, Content = Readonly<Record<string, z.ZodType>>> {
  content: Content;
  /** @param subject what the path names. Throws ApiError. */
  read(request: Request, env: Env, subject: Subject): Promise<Read>;
}

/** A body of JSON that has to fit a schema. */
export function jsonBody<Schema extends z.ZodType>(
  schema: Schema,
): BodyReader<z.output<Schema>, unknown, { "application/json": Schema }> {
  return {
    content: { "application/json": schema },
    read: async (request) => parse(schema, (await readApiBody(request)).json),
  };
}

/** What a client sent, in one of the two ways in which PostHog's clients do. */
export type Body = { json: Json; form?: undefined } | { json?: undefined; form: FormData };

/** Reads JSON or a form. Throws ApiError: 400 for a broken body, 413 for a large one, 415 for another kind. */
export async function readApiBody(request: Request): Promise<Body> {
  const contentType = request.headers.get("Content-Type") ?? "";
  const kind = mediaTypeOf(request);
  if (kind === "application/json") return { json: parseJson(new TextDecoder().decode(await readBytes(request))) };
  if (kind === "multipart/form-data") return { form: await parseForm(await readBytes(request), contentType) };
  throw new ApiError(
    415,
    "invalid_request",
    "unsupported_media_type",
    `Unsupported media type "${kind}" in request. Send application/json or multipart/form-data.`,
  );
}

/** The media type that a body says it has, in lower case. */
export const mediaTypeOf = (request: Request): string =>
  (request.headers.get("Content-Type") ?? "").replace(/;.*$/s, "").trim().toLowerCase();

/** Parses the JSON of a body, or of a field of a form. Throws ApiError 400. */
export function parseJson(text: string, attr: string | null = null): Json {
  const subject = attr ?? "The body";
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw ApiError.invalid(`${subject} is not valid JSON: ${(error as SyntaxError).message}`, attr, "parse_error");
  }
  if (isDeeperThan(value, MAX_LEVELS))
    throw ApiError.invalid(`${subject} is nested more than ${MAX_LEVELS} levels deep.`, attr);
  return value;
}

async function parseForm(bytes: Uint8Array, contentType: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { "Content-Type": contentType } }).formData();
  } catch (error) {
    throw ApiError.invalid(`The body is not a valid form: ${(error as Error).message}`, null, "parse_error");
  }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  try {
    return await readBody(request, MAX_BODY_BYTES);
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const detail = `The request body is larger than ${MAX_BODY_BYTES / 1024 / 1024} MB.`;
    throw new ApiError(413, "invalid_request", "request_too_large", detail);
  }
}
