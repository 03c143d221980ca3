import { HostError } from "../../../runtime/host-error.ts";
import type { Outcome } from "../../../runtime/outcome.ts";
import type { Webhook } from "../../../runtime/webhook.ts";
import { fetchOf, openEgress } from "../../capabilities/index.ts";
import type { RequestRate } from "../../capabilities/request-rate.ts";
import type { EgressStats } from "../insight/egress-stats.ts";
import { parseRetryAfter } from "../../delivery/retry-after.ts";
import type { Meter } from "../quotas/meter.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";

/** How a request ended that a plugin composed. */
export interface Sent {
  outcome: Outcome;
  /** The HTTP status; 0 when there was no answer. */
  status: number;
  /** What the other side asked for, in milliseconds. */
  retryAfterMs?: number;
}

/** What requests on behalf of plugins stand on. */
export interface Way {
  rate: RequestRate;
  /** Counts what goes out and comes back. */
  traffic: Pick<EgressStats, "note">;
  meter: Meter;
  /** Whether the operator lets plugins reach the machine itself. */
  loopback: boolean;
  now(): number;
}

/** Characters of an answer that are worth keeping. */
const MAX_ANSWER = 4096;
const decoder = new TextDecoder();

/**
 * Makes a request that a plugin composed, with the plugin's own grants and no longer than its calls may take. `retry` is the outcome
 * of what may go better later: no answer, 408, 429 and 5xx. What it costs is told as fuel: one for each character and byte.
 */
export async function sendWebhook(
  plugin: PluginConfig,
  { url, method, headers, body }: Webhook,
  { rate, traffic, meter, loopback, now }: Way,
): Promise<Sent> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException("timed out", "TimeoutError")), plugin.limits.wallMs);
  const ending = (kind: Outcome["kind"], message?: string, answered = 0): Outcome => ({
    function: "webhook",
    kind,
    ...(message !== undefined && { message: `${method} to ${hostOf(url)} ${message}`.slice(0, MAX_ANSWER) }),
    fuel: body.length + answered,
  });
  try {
    const isEmpty = body === "" && /^(?:GET|HEAD)$/.test(method);
    const egress = openEgress({ plugin, rate, traffic, meter, hostNow: now, scope: { signal: controller.signal } });
    const answer = await fetchOf(egress, plugin, loopback).send({
      url,
      method,
      headers,
      ...(!isEmpty && { body: { tag: "text", val: body } }),
      redirect: "follow",
    });
    const { status } = answer;
    const bytes = answer.body.length;
    if (status >= 200 && status < 300) return { outcome: ending("ok", undefined, bytes), status };
    const message = `answered ${status}: ${decoder.decode(answer.body.subarray(0, MAX_ANSWER))}`;
    const mayPass = status === 408 || status === 429 || status >= 500;
    const [, header = null] = answer.headers.find(([name]) => name.toLowerCase() === "retry-after") ?? [];
    const retryAfterMs = mayPass ? parseRetryAfter(header, now()) : undefined;
    return {
      outcome: ending(mayPass ? "retry" : "threw", message, bytes),
      status,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { outcome: ending(kindOf(error), `failed: ${error.message}`), status: 0 };
  } finally {
    clearTimeout(timer);
  }
}

/** As much of an address as holds no secret. */
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : "what is no address");

/** Failures that may be none later. */
const TRANSIENT: ReadonlySet<string> = new Set(["NetworkError", "RateLimitError", "QuotaExceededError"]);

function kindOf({ name }: HostError): Outcome["kind"] {
  if (name === "DeniedError") return "denied";
  return TRANSIENT.has(name) ? "retry" : "threw";
}
