import { HostError } from "../../runtime/host-error.ts";
import type { CallScope } from "../../runtime/sandbox-options.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import { cancellable } from "./fetch-cancel.ts";
import { checkAddresses, checkUrl, literalAddress } from "./fetch-guard.ts";
import type { AllowedHosts } from "./fetch-guard.ts";
import { nextHop, outgoing } from "./fetch-request.ts";
import type { Hop } from "./fetch-request.ts";
import { readBounded } from "./fetch-response.ts";

type HostRequest = Parameters<Capabilities["fetch"]["send"]>[0];
type HostResponse = Awaited<ReturnType<Capabilities["fetch"]["send"]>>;

export interface FetchOptions {
  allowed: AllowedHosts;
  /** The platform's own by default. It is called with `redirect: "manual"`, so that every hop is checked. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** The addresses behind a name, where the platform does not keep private networks out of reach itself. */
  lookup?: (hostname: string) => Promise<string[]>;
  scope: Pick<CallScope, "signal">;
  /** Bytes of an answer's body, after decompression; 10 MiB by default. */
  maxResponseBytes?: number;
}

const MAX_REDIRECTS = 5;
const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;

/** `fetch` over the platform's, for a plugin: granted hosts only, public addresses only, answers of bounded size. */
export function provideFetch(options: FetchOptions): Capabilities["fetch"] {
  return cancellable(options.scope, async (request, signal) => {
    let hop = outgoing(request);
    for (let redirects = 0; ; redirects++) {
      const { url, response } = await sendOnce(hop, options, signal);
      const next = request.redirect === "manual" ? undefined : nextHop(hop, url, response);
      if (!next) return await toHost(url, redirects > 0, response, options.maxResponseBytes ?? MAX_RESPONSE_BYTES);
      await response.body?.cancel();
      if (request.redirect === "error") throw failure(request, "it redirects, and the request says redirect: error");
      if (redirects === MAX_REDIRECTS) throw failure(request, `it redirects more than ${MAX_REDIRECTS} times`);
      hop = next;
    }
  });
}

async function sendOnce(
  hop: Hop,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<{ url: URL; response: Response }> {
  const { allowed, fetch = globalThis.fetch, lookup } = options;
  const url = checkUrl(hop.url, allowed);
  try {
    if (lookup && literalAddress(url) === undefined) checkAddresses(url.hostname, await lookup(url.hostname));
    const body = hop.body();
    const init = { method: hop.method, headers: hop.headers, redirect: "manual", signal } as const;
    return { url, response: await fetch(url.href, body === undefined ? init : { ...init, body }) };
  } catch (error) {
    if (error instanceof HostError) throw error;
    throw failure(hop, describe(error), error);
  }
}

async function toHost(url: URL, redirected: boolean, response: Response, maxBytes: number): Promise<HostResponse> {
  const { status, statusText } = response;
  const headers = [...response.headers] as [string, string][];
  return { status, statusText, headers, url: url.href, redirected, body: await readBounded(response, url, maxBytes) };
}

const failure = ({ url }: Pick<HostRequest, "url">, reason: string, cause?: unknown): HostError =>
  new HostError("NetworkError", `request to ${url} failed, reason: ${reason}`, { cause });

/** Node's fetch says only "fetch failed" and keeps the reason in `cause`. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : "";
  return cause || error.message || error.name;
}
