import { parseRetryAfter } from "./retry-after.ts";
import { readText } from "./read-text.ts";

/** What became of a batch. The union is closed: each case asks for a different next step. */
export type BatchResult =
  /** PostHog has the events. */
  | { outcome: "delivered" }
  /** Send the same events again later. */
  | { outcome: "retry"; reason: string; retryAfterMs?: number }
  /** The batch is too large, or something in it is refused: send each half on its own. Never for a single event. */
  | { outcome: "split"; status: number; body: string }
  /** PostHog will never take this; `body` says why. Never for a single bad event among good ones. */
  | { outcome: "rejected"; status: number; body: string };

export interface Batch {
  /** `POSTHOG_HOST`: scheme and host, with or without a path or a trailing slash. */
  host: string;
  apiKey: string;
  /** The JSON of each event. */
  events: readonly string[];
  /** The time of sending, in milliseconds since the epoch. */
  sentAt: number;
  /** Send to PostHog's slower path for imports. */
  historicalMigration?: boolean;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Ends the attempt early, as if the network had failed. */
  signal?: AbortSignal;
  /** For the whole exchange. */
  timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** How much of an answer is kept to explain a refusal. */
const MAX_ANSWER_BYTES = 4096;

/** Statuses that are about what is in the batch, so that one event can be the cause for all. */
const ABOUT_THE_EVENTS = new Set([400, 413, 422]);

/** Sends one batch to PostHog. Never throws on what the network or the other side does: see {@link BatchResult}. */
export async function sendBatch(batch: Batch): Promise<BatchResult> {
  const { host, fetch, sentAt, signal, timeoutMs = DEFAULT_TIMEOUT_MS } = batch;
  if (!URL.canParse(host)) {
    return {
      outcome: "retry",
      reason: `POSTHOG_HOST is not a URL: "${host}". Set it to one, like https://us.i.posthog.com`,
    };
  }
  const body = await gzip(batchJson(batch));
  // Not AbortSignal.timeout: its timer would keep a Durable Object from its rest long after the answer.
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new DOMException("timed out", "TimeoutError")), timeoutMs);
  try {
    const response = await fetch(`${host.replace(/\/+$/, "")}/batch/`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Content-Encoding": "gzip" },
      body,
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal,
    });
    const answer = await readText(response.body, MAX_ANSWER_BYTES);
    return classify(response, answer, { host, sentAt, count: batch.events.length });
  } catch (error) {
    return {
      outcome: "retry",
      reason: `PostHog could not be reached at ${host}: ${String(error)}`,
    };
  } finally {
    clearTimeout(timer);
  }
}

function batchJson({ apiKey, events, sentAt, historicalMigration }: Batch): string {
  const envelope = JSON.stringify({
    api_key: apiKey,
    sent_at: new Date(sentAt).toISOString(),
    ...(historicalMigration === true ? { historical_migration: true } : {}),
  });
  return `${envelope.slice(0, -1)},"batch":[${events.join(",")}]}`;
}

/** Compressed whole, not streamed: with a length known in advance no server in between can object. */
async function gzip(text: string): Promise<ArrayBuffer> {
  const compressed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return await new Response(compressed).arrayBuffer();
}

function classify(
  response: Response,
  body: string,
  { host, sentAt, count }: { host: string; sentAt: number; count: number },
): BatchResult {
  const { status, headers } = response;
  if (status >= 200 && status < 300) return { outcome: "delivered" };
  if (status >= 300 && status < 400) {
    const location = headers.get("Location") ?? "nowhere";
    const fix = "Set POSTHOG_HOST to the address that answers without a redirect";
    return {
      outcome: "retry",
      reason: `POSTHOG_HOST ${host} answers with a redirect (${status}) to ${location}. ${fix}`,
    };
  }
  if (status === 408 || status === 429 || status >= 500 || status < 200) {
    const retryAfterMs = parseRetryAfter(headers.get("Retry-After"), sentAt);
    const reason = `PostHog answered ${status}: ${body}`;
    return { outcome: "retry", reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (count > 1 && ABOUT_THE_EVENTS.has(status)) return { outcome: "split", status, body };
  return { outcome: "rejected", status, body };
}
