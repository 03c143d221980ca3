import { checkUrl, isLoopback } from "../../capabilities/fetch-guard.ts";
import { SourceError } from "./source-error.ts";

/** What a download may take. */
const MAX_MS = 60_000;
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** A longer mark is not worth keeping. */
const MAX_ETAG = 200;

export interface DownloadOptions {
  /** What is fetched, for messages: `npm`, `github` or `gitlab`. */
  from: string;
  /** The address of the server that is asked. */
  base: string;
  /** Sent to that server alone, not after a redirect to another. */
  authorization?: string | undefined;
  accept?: string;
  /** The most bytes of the answer. */
  maxBytes: number;
  /** Told of what has come so far, and of how much there is, if that is known. */
  onBytes?: ((bytes: number, total: number | null) => void) | undefined;
}

/**
 * Fetches what a registry or a host of repositories has. Reading stops at the limit.
 * @returns the bytes, or null when there is nothing (404)
 * @throws {SourceError} for refusals, time-outs and answers that are too large; without the token
 */
export function download(address: string, options: DownloadOptions): Promise<Uint8Array | null> {
  return guarded(address, options, async (signal) => contentOf(await follow(address, options, signal), options));
}

/** An answer that was read, and the mark by which its server knows whether it still holds. */
export interface Seen<Value> {
  value: Value;
  etag: string | null;
}

/**
 * Asks for JSON and reads what matters of it. A server that finds it unchanged since it was `seen` does not send it again; GitHub does not count
 * such a question if it comes with a token.
 * @returns null when there is nothing, or nothing that `read` makes sense of
 * @throws {SourceError} as `download`, and for what is no JSON
 */
export async function lookUp<Value>(
  address: string,
  options: DownloadOptions,
  read: (json: unknown) => Value | null,
  seen?: Seen<Value>,
): Promise<Seen<Value> | null> {
  return guarded(address, options, async (signal) => {
    const known = seen?.etag ? { "If-None-Match": seen.etag } : {};
    const response = await follow(address, options, signal, known);
    if (response.status === 304 && seen) return seen;
    const bytes = await contentOf(response, options);
    const value = bytes && read(parseJson(bytes, options));
    const etag = response.headers.get("ETag");
    return value === null ? null : { value, etag: etag !== null && etag.length <= MAX_ETAG ? etag : null };
  });
}

function parseJson(bytes: Uint8Array, { from, base }: DownloadOptions): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    throw new SourceError(`${from} at ${new URL(base).host} answered with something that is no JSON.`);
  }
}

async function guarded<Found>(
  address: string,
  { from }: DownloadOptions,
  work: (signal: AbortSignal) => Promise<Found>,
): Promise<Found> {
  const signal = AbortSignal.timeout(MAX_MS);
  try {
    return await work(signal);
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const reason = signal.aborted ? `it took longer than ${MAX_MS / 1000} seconds` : (error as Error).message;
    throw new SourceError(`Could not reach ${from} at ${new URL(address).host}: ${reason}. Try again later.`);
  }
}

async function contentOf(response: Response, options: DownloadOptions): Promise<Uint8Array | null> {
  if (response.ok) return read(response, options);
  await response.body?.cancel();
  if (response.status === 404 || response.status === 410) return null;
  throw refusal(response, options);
}

async function follow(
  address: string,
  { from, base, authorization, accept = "application/json" }: DownloadOptions,
  signal: AbortSignal,
  more: Record<string, string> = {},
): Promise<Response> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    checkAddress(url, base, from);
    const headers = new Headers({ Accept: accept, "User-Agent": "hoglet", ...more });
    if (authorization !== undefined && isOf(url, base)) headers.set("Authorization", authorization);
    const response = await fetch(url.href, { headers, redirect: "manual", signal });
    const location = REDIRECTS.has(response.status) ? response.headers.get("Location") : null;
    if (location === null) return response;
    await response.body?.cancel();
    const next = URL.parse(location, url.href);
    if (next === null) throw notFollowed(from, url.host);
    url = next;
  }
  throw new SourceError(`${from} at ${new URL(base).host} redirected more than ${MAX_REDIRECTS} times.`);
}

const isOf = (url: URL, base: string): boolean => url.origin === new URL(base).origin;

/** Besides its own server, what is downloaded may lie on any public one, over TLS; beside a server on this machine, on this machine. */
function checkAddress(url: URL, base: string, from: string): void {
  if (isOf(url, base)) return;
  const loopback = isLoopback(new URL(base));
  try {
    checkUrl(url.href, { hosts: "*", loopback });
  } catch {
    throw notFollowed(from, url.host);
  }
  if (url.protocol !== "https:" && !isLoopback(url)) throw notFollowed(from, url.host);
}

const notFollowed = (from: string, host: string): SourceError =>
  new SourceError(
    `${from} redirected to an address on ${host} that is not followed: it has to be a public one, with https.`,
  );

async function read(response: Response, { from, maxBytes, onBytes }: DownloadOptions): Promise<Uint8Array> {
  const total = Number(response.headers.get("Content-Length")) || null;
  const tooLarge = new SourceError(
    `What ${from} has is larger than ${maxBytes} bytes, which is more than a plugin may have.`,
  );
  if (total !== null && total > maxBytes) {
    await response.body?.cancel();
    throw tooLarge;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? new ReadableStream<Uint8Array>()) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge;
    chunks.push(chunk);
    onBytes?.(size, total);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function refusal({ status, headers }: Response, { from, authorization }: DownloadOptions): SourceError {
  const isLimit =
    status === 429 || (status === 403 && (headers.get("X-RateLimit-Remaining") === "0" || headers.has("Retry-After")));
  if (isLimit) {
    const remedy =
      authorization === undefined ? "Give a private_token, which has a limit of its own, or wait." : "Wait.";
    return new SourceError(`${from} takes no more requests from here ${untilWhen(headers)}. ${remedy}`);
  }
  if (status === 401 || status === 403)
    return new SourceError(
      authorization === undefined
        ? `${from} lets nobody in without a token (${status}). Give one as private_token.`
        : `${from} does not take the token (${status}). It may have expired, or not reach this place.`,
    );
  return new SourceError(`Could not download archive from ${from}: it answered with ${status}.`);
}

/** When a server takes requests again, by what it says: seconds since the epoch, or from now on. */
function untilWhen(headers: Headers): string {
  const reset = Number(headers.get("X-RateLimit-Reset") ?? headers.get("RateLimit-Reset"));
  const wait = Number(headers.get("Retry-After"));
  if (reset > LONG_AGO && reset < FAR_AWAY) return `until ${new Date(reset * 1000).toISOString()}`;
  return wait > 0 && wait < FAR_AWAY ? `for ${Math.ceil(wait)} seconds` : "for a while";
}

const LONG_AGO = 1_000_000_000;
const FAR_AWAY = 100_000_000_000;
