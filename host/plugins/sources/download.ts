import { SourceError } from "./source-error.ts";

/** What a download may take. */
const MAX_MS = 60_000;
const MAX_REDIRECTS = 5;

export interface DownloadOptions {
  /** What is fetched, for messages: `npm`, `github` or `gitlab`. */
  from: string;
  /** Sent to the host of the address alone, not after a redirect to another. */
  authorization?: string | undefined;
  accept?: string;
  /** The most bytes of the answer. */
  maxBytes: number;
  /** Told of what has come so far, and of how much there is, if that is known. */
  onBytes?: ((bytes: number, total: number | null) => void) | undefined;
  /** The platform's own by default. */
  fetch?: typeof fetch | undefined;
}

/**
 * Fetches what a registry or a host of repositories has. Reading stops at the limit.
 * @returns the bytes, or null when there is nothing (404)
 * @throws {SourceError} for refusals, time-outs and answers that are too large; without the token
 */
export async function download(address: string, options: DownloadOptions): Promise<Uint8Array | null> {
  const signal = AbortSignal.timeout(MAX_MS);
  try {
    const response = await follow(address, options, signal);
    if (response.status === 404) {
      await response.body?.cancel();
      return null;
    }
    if (!response.ok) throw await refusal(response, options);
    return await read(response, options);
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const reason = signal.aborted ? `it took longer than ${MAX_MS / 1000} seconds` : (error as Error).message;
    throw new SourceError(`Could not reach ${options.from} at ${new URL(address).host}: ${reason}. Try again later.`);
  }
}

/** The same for JSON. @throws {SourceError} when it is none, too */
export async function downloadJson(address: string, options: DownloadOptions): Promise<unknown> {
  const bytes = await download(address, options);
  if (bytes === null) return null;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    throw new SourceError(`${options.from} at ${new URL(address).host} answered with something that is no JSON.`);
  }
}

async function follow(address: string, options: DownloadOptions, signal: AbortSignal): Promise<Response> {
  const { authorization, accept = "application/json", fetch: send = fetch } = options;
  const first = new URL(address);
  let url = first;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const headers = new Headers({ Accept: accept, "User-Agent": "hoglet" });
    if (authorization !== undefined && url.origin === first.origin) headers.set("Authorization", authorization);
    const response = await send(url.href, { headers, redirect: "manual", signal });
    const location = response.status >= 300 && response.status < 400 ? response.headers.get("Location") : null;
    if (location === null) return response;
    await response.body?.cancel();
    const next = URL.parse(location, url.href);
    // Nobody is sent from an encrypted connection to one that is not.
    if (next === null || (next.protocol !== "https:" && next.protocol !== first.protocol))
      throw new SourceError(`${options.from} at ${url.host} redirected to an address that is not followed.`);
    url = next;
  }
  throw new SourceError(`${options.from} at ${first.host} redirected more than ${MAX_REDIRECTS} times.`);
}

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

async function refusal(response: Response, { from, authorization }: DownloadOptions): Promise<SourceError> {
  await response.body?.cancel();
  const { status, headers } = response;
  const isRateLimit = status === 429 || (status === 403 && headers.get("X-RateLimit-Remaining") === "0");
  if (isRateLimit) {
    const reset = Number(headers.get("X-RateLimit-Reset")) * 1000;
    const until =
      reset > 0 ? `until ${new Date(reset).toISOString()}` : `for ${headers.get("Retry-After") ?? "some"} seconds`;
    return new SourceError(
      `${from} takes no more requests from here ${until}. Give a private_token, which has a limit of its own, or wait.`,
    );
  }
  if (status === 401 || status === 403)
    return new SourceError(
      authorization === undefined
        ? `${from} lets nobody in without a token (${status}). Give one as private_token.`
        : `${from} does not take the token (${status}). It may have expired, or not reach this place.`,
    );
  return new SourceError(`Could not download archive from ${from}: it answered with ${status}.`);
}
