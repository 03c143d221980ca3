import { toBase64 } from "../bytes.ts";
import { hasEndlessHost } from "../../runtime/ambient/endless-host.ts";
import { HostError } from "../../runtime/host-error.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";

type HostRequest = Parameters<Capabilities["fetch"]["send"]>[0];

/** What every platform's fetch takes as a body. */
type OutgoingBody = string | Uint8Array<ArrayBuffer> | FormData;

/** One request as it goes out: the plugin's own, or what a redirect made of it. */
export interface Hop {
  url: string;
  method: string;
  headers: [string, string][];
  /** Makes the body anew for each hop; undefined for none. */
  body: () => OutgoingBody | undefined;
  /** What is sent of it: address, headers and body, before anything is added on the way out. */
  bytes: number;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const FORBIDDEN_METHODS = new Set(["CONNECT", "TRACE", "TRACK"]);
/** Headers that belong to the connection or to Cloudflare, by which a plugin could pass for another sender. */
const HOST_HEADERS =
  /^(?:host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|via|forwarded|x-forwarded-.*|x-real-ip|true-client-ip|proxy-.*|cf-.*)$/i;

/** Whether a header is the platform's to set: what a plugin sets of it is left out. */
export const isHostHeader = (name: string): boolean => HOST_HEADERS.test(name);

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * A plugin's request as it goes out.
 * @throws {HostError} `TypeError` for what no HTTP request can be
 */
export function outgoing(request: HostRequest): Hop {
  const { method, body } = request;
  if (hasEndlessHost(request.url))
    throw new HostError("TypeError", `"${request.url.slice(0, 200)}" has a host that is longer than any name`);
  if (!TOKEN.test(method) || FORBIDDEN_METHODS.has(method.toUpperCase()))
    throw new HostError("TypeError", `"${method.slice(0, 40)}" is not a method that fetch can use`);
  if (body !== undefined && (method === "GET" || method === "HEAD"))
    throw new HostError("TypeError", "Request with GET/HEAD method cannot have body");
  const headers = request.headers.filter(([name]) => !isHostHeader(name));
  if (body?.tag === "params" && !has(headers, "content-type"))
    headers.push(["content-type", "application/x-www-form-urlencoded;charset=UTF-8"]);
  return withCredentials({ url: request.url, method, headers, body: () => toBody(body), bytes: sizeOf(request) });
}

/** The request that an answer redirects to, by the rules of WHATWG's fetch; undefined for an answer that is the last one. */
export function nextHop(hop: Hop, url: URL, response: Response): Hop | undefined {
  const location = response.headers.get("location");
  if (!REDIRECTS.has(response.status) || location === null) return undefined;
  const target = resolve(location, url);
  const isOther = target.origin !== url.origin;
  const becomesGet =
    (response.status === 303 && hop.method !== "GET" && hop.method !== "HEAD") ||
    ((response.status === 301 || response.status === 302) && hop.method === "POST");
  const headers = hop.headers.filter(
    ([name]) => !(isOther && /^(?:authorization|cookie)$/i.test(name)) && !(becomesGet && /^content-/i.test(name)),
  );
  const { href } = target;
  if (becomesGet)
    return { url: href, method: "GET", headers, body: () => undefined, bytes: sizeOf({ url: href, headers }) };
  return { url: href, method: hop.method, headers, body: hop.body, bytes: hop.bytes };
}

/** Bytes of a request: address, headers and body. */
export function sizeOf({ url, headers, body }: Pick<HostRequest, "url" | "headers" | "body">): number {
  const head = headers.reduce((sum, [name, value]) => sum + utf8Length(name) + utf8Length(value), utf8Length(url));
  switch (body?.tag) {
    case undefined:
      return head;
    case "bytes":
      return head + body.val.length;
    case "form":
      return body.val.reduce((sum, { name, filename = "", value }) => {
        return sum + utf8Length(name) + utf8Length(filename) + value.length;
      }, head);
    default:
      return head + utf8Length(body?.val ?? "");
  }
}

const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

function resolve(location: string, base: URL): URL {
  if (!hasEndlessHost(location) && URL.canParse(location, base)) return new URL(location, base);
  throw new HostError(
    "NetworkError",
    `request to ${base.href} failed, reason: it redirects to "${location.slice(0, 200)}", which is not an address`,
  );
}

/** A name and password in the address become an Authorization header, as they did in node-fetch 2. */
function withCredentials(hop: Hop): Hop {
  if (!URL.canParse(hop.url)) return hop;
  const url = new URL(hop.url);
  const { username, password } = url;
  if (!username && !password) return hop;
  url.username = "";
  url.password = "";
  if (has(hop.headers, "authorization")) return { ...hop, url: url.href };
  const basic = `Basic ${toBase64(new TextEncoder().encode(`${decode(username)}:${decode(password)}`))}`;
  return { ...hop, url: url.href, headers: [...hop.headers, ["authorization", basic]] };
}

/** What an address may hold need not be the escape of any text; then it is meant as it stands. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return part;
  }
}

function toBody(body: HostRequest["body"]): OutgoingBody | undefined {
  switch (body?.tag) {
    case undefined:
      return undefined;
    case "form":
      return toFormData(body.val);
    case "bytes":
      return body.val as Uint8Array<ArrayBuffer>;
    default:
      return body?.val;
  }
}

function toFormData(parts: Extract<HostRequest["body"], { tag: "form" }>["val"]): FormData {
  const form = new FormData();
  for (const { name, value, filename, contentType } of parts)
    if (filename === undefined) form.append(name, new TextDecoder().decode(value));
    else form.append(name, new Blob([value as Uint8Array<ArrayBuffer>], { type: contentType ?? "" }), filename);
  return form;
}

const has = (headers: readonly [string, string][], name: string): boolean =>
  headers.some(([other]) => other.toLowerCase() === name);
