import { CaptureError } from "./capture-error.ts";

/** SDKs send five at most. */
const MAX_PARTS = 1000;
const LINE_FEED = 0x0a;
const DASH = 0x2d;

/** The fields that PostHog's SDKs put into a form, or into the query string of a GET. Null: not there. */
export interface Form {
  data: string | Uint8Array | null;
  compression: string | null;
  api_key: string | null;
  token: string | null;
  sent_at: string | null;
}

/** The form of a request that has none: the body is the data. */
export function bareForm(data: string | Uint8Array): Form {
  return readForm(data, () => null);
}

/** Reads a query string. */
export function readQueryForm(query: URLSearchParams): Form {
  return readForm(query.get("data"), (name) => query.get(name));
}

/**
 * Reads `application/x-www-form-urlencoded`. Only the fields that are wanted are looked for and decoded: the ten
 * million pairs of a hostile body would fill the memory.
 */
export function readUrlencodedForm(text: string): Form {
  const field = (name: string): string | null => {
    const pair = `${name}=`;
    const start = text.startsWith(pair) ? 0 : text.indexOf(`&${pair}`) + 1;
    if (start === 0 && !text.startsWith(pair)) return null;
    const end = text.indexOf("&", start);
    return new URLSearchParams(text.slice(start, end === -1 ? undefined : end)).get(name);
  };
  return readForm(field("data"), field);
}

/** Whether text of unknown type can only be an urlencoded form with a `data` field. */
export function looksLikeForm(text: string): boolean {
  return text.startsWith("data=") || text.includes("&data=");
}

/**
 * Reads `multipart/form-data`; `data` may be a file.
 *
 * @throws {CaptureError} 400 when the body does not follow its content type.
 */
export async function readMultipartForm(bytes: Uint8Array, contentType: string): Promise<Form> {
  if (hasTooManyParts(bytes)) {
    throw CaptureError.malformed(`The multipart form has more than ${MAX_PARTS} parts.`);
  }
  let parts: FormData;
  try {
    parts = await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch {
    throw CaptureError.malformed("The multipart form cannot be read.");
  }
  const data = parts.get("data");
  return readForm(
    data === null || typeof data === "string" ? data : new Uint8Array(await data.arrayBuffer()),
    (name) => {
      const value = parts.get(name);
      return typeof value === "string" ? value : null;
    },
  );
}

/** The platform's parser makes something of every part, and 20 MB can hold half a million. */
function hasTooManyParts(bytes: Uint8Array): boolean {
  let parts = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === LINE_FEED && bytes[i + 1] === DASH && bytes[i + 2] === DASH) parts++;
  }
  return parts > MAX_PARTS;
}

function readForm(data: Form["data"], field: (name: string) => string | null): Form {
  return {
    data,
    compression: field("compression"),
    api_key: field("api_key"),
    token: field("token"),
    sent_at: field("sent_at"),
  };
}
