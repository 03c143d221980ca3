import { HostError } from "../../runtime/host-error.ts";
import type { Limits } from "../../runtime/limits.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import type { EgressCounts } from "../team/insight/egress-counts.ts";
import type { Redactor } from "../secrets/redactor.ts";
import { nextHop, outgoing, sizeOf } from "./fetch-request.ts";
import type { Hop } from "./fetch-request.ts";
import { readBounded } from "./fetch-response.ts";

export type HostRequest = Parameters<Capabilities["fetch"]["send"]>[0];
export type HostResponse = Awaited<ReturnType<Capabilities["fetch"]["send"]>>;

/** The platform's own fetch, which is called with `redirect: "manual"`, so that every hop is checked. */
export type PlatformFetch = (url: string, init: RequestInit) => Promise<Response>;

/** Who may be asked, what is added on the way to them, and what is taken out of their answers. */
export interface Route {
  /**
   * The address that a request asks for, when it may. It sees every redirect's address too.
   * @throws {HostError} when it may not be asked
   */
  check(url: string): URL | Promise<URL>;
  /** The headers with which a hop leaves; `isFirstHost` is false once a redirect has led to another host. */
  dress?(headers: readonly [string, string][], url: URL, isFirstHost: boolean): [string, string][];
  /** What the plugin may use and not see. */
  redactor?: Redactor;
}

/** Counts what leaves for a host, does not, and comes back. The host is undefined for an address that is none. */
export type CountTraffic = (host: string | undefined, counts: Partial<EgressCounts>) => void;

export interface SendOptions extends Route {
  fetch: PlatformFetch;
  count?: CountTraffic;
  /** Counts a request that is about to be sent, each redirect too. Throws a HostError for one too many. */
  admit?(): void;
  /** Ends the request. */
  signal: AbortSignal;
  limits: Pick<Limits, "fetchMs" | "fetchRequestBytes" | "fetchResponseBytes">;
}

const MAX_REDIRECTS = 5;

/**
 * Sends a request of a plugin's: the only place where one leaves the house. Its address and those that it is redirected to are checked;
 * time and bytes are bounded.
 * @throws {HostError} `DeniedError`, or `NetworkError` when there is no answer, or `RangeError` past a limit
 */
export async function send(request: HostRequest, options: SendOptions): Promise<HostResponse> {
  const { limits } = options;
  checkSize(sizeOf(request), limits.fetchRequestBytes);
  const first = outgoing(request);
  const clock = new AbortController();
  const timer = setTimeout(() => clock.abort(), limits.fetchMs);
  try {
    return await follow(request, first, { ...options, signal: AbortSignal.any([options.signal, clock.signal]) });
  } catch (error) {
    if (!clock.signal.aborted || (error instanceof HostError && error.name !== "NetworkError")) throw error;
    throw failure(request, `it took more than ${limits.fetchMs} milliseconds (the limit fetchMs)`, error);
  } finally {
    clearTimeout(timer);
  }
}

async function follow(request: HostRequest, first: Hop, options: SendOptions): Promise<HostResponse> {
  let hop = first;
  let host: string | undefined;
  let isFirstHost = true;
  for (let redirects = 0; ; redirects++) {
    const url = await check(hop, options);
    isFirstHost &&= url.host === (host ??= url.host);
    const response = await sendOnce(hop, url, isFirstHost, options);
    const next = request.redirect === "manual" ? undefined : nextHop(hop, url, response);
    if (!next) return await toHost(url, redirects > 0, response, options);
    // Nobody reads it, so nobody minds what becomes of it: a server may break the connection in the middle of a redirect.
    await response.body?.cancel().catch(() => undefined);
    if (request.redirect === "error") throw failure(request, "it redirects, and the request says redirect: error");
    if (redirects === MAX_REDIRECTS) throw failure(request, `it redirects more than ${MAX_REDIRECTS} times`);
    hop = next;
  }
}

async function check(hop: Hop, options: SendOptions): Promise<URL> {
  try {
    return await options.check(hop.url);
  } catch (error) {
    if (error instanceof HostError && error.name === "DeniedError")
      options.count?.(URL.canParse(hop.url) ? new URL(hop.url).host : undefined, { refused: 1 });
    throw error instanceof HostError ? error : failure(hop, describe(error), error);
  }
}

async function sendOnce(hop: Hop, url: URL, isFirstHost: boolean, options: SendOptions): Promise<Response> {
  const { admit, count, dress, fetch, signal } = options;
  const headers = dress ? dress(hop.headers, url, isFirstHost) : hop.headers;
  const body = hop.body();
  const init = { method: hop.method, headers, redirect: "manual", signal } as const;
  let hasLeft = false;
  try {
    signal.throwIfAborted();
    admit?.();
    count?.(url.host, { requests: 1, bytesOut: hop.bytes });
    hasLeft = true;
    const response = await fetch(url.href, body === undefined ? init : { ...init, body });
    count?.(url.host, { answers: { [classOf(response.status)]: 1 } });
    return response;
  } catch (error) {
    if (hasLeft) count?.(url.host, { failed: 1 });
    else if (error instanceof HostError) count?.(url.host, { refused: 1 });
    throw error instanceof HostError ? error : failure(hop, describe(error), error);
  }
}

async function toHost(
  url: URL,
  redirected: boolean,
  response: Response,
  { count, limits, signal }: SendOptions,
): Promise<HostResponse> {
  const { status, statusText } = response;
  const headers = [...response.headers] as [string, string][];
  const onBytes = count && ((bytesIn: number) => count(url.host, { bytesIn }));
  const body = await readBounded(response, url, limits.fetchResponseBytes, signal, onBytes);
  return { status, statusText, headers, url: url.href, redirected, body };
}

/** `2xx` for 200. */
const classOf = (status: number): string => `${Math.floor(status / 100)}xx`;

function checkSize(bytes: number, most: number): void {
  if (bytes > most)
    throw new HostError(
      "RangeError",
      `the request has ${bytes} bytes, at most ${most} are sent (the limit fetchRequestBytes)`,
    );
}

const failure = ({ url }: Pick<HostRequest, "url">, reason: string, cause?: unknown): HostError =>
  new HostError("NetworkError", `request to ${url} failed, reason: ${reason}`, { cause });

/** Node's fetch says only "fetch failed" and keeps the reason in `cause`. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : "";
  return cause || error.message || error.name;
}
