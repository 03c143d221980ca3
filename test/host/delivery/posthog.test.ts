import { describe, expect, test } from "vitest";
import { type Batch, sendBatch } from "../../../host/delivery/posthog.ts";

const SENT_AT = Date.UTC(2026, 2, 4, 12, 0, 0);
const EVENTS = ['{"event":"a"}', '{"event":"ü😀"}'];

/** A destination that answers as told and keeps what it was sent. */
function destination(answer: (url: string, init: RequestInit) => Response | Promise<Response>) {
  const requests: Request[] = [];
  return {
    requests,
    fetch: async (url: string, init: RequestInit): Promise<Response> => {
      requests.push(new Request(url, init));
      return await answer(url, init);
    },
  };
}

const send = (fetch: Batch["fetch"], changes: Partial<Batch> = {}) =>
  sendBatch({ host: "https://posthog.test", apiKey: "phc_a", events: EVENTS, sentAt: SENT_AT, fetch, ...changes });

const answering = (status: number, body: BodyInit | null = "", headers: HeadersInit = {}) =>
  destination(() => new Response(body, { status, headers })).fetch;

async function gunzipped(request: Request | undefined): Promise<unknown> {
  const stream = request?.body?.pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).json();
}

describe("the request", () => {
  test("is PostHog's batch call, gzipped", async () => {
    const { fetch, requests } = destination(() => Response.json({ status: 1 }));
    expect(await send(fetch)).toEqual({ outcome: "delivered" });
    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(request?.method).toBe("POST");
    expect(request?.url).toBe("https://posthog.test/batch/");
    expect(request?.headers.get("Content-Type")).toBe("application/json");
    expect(request?.headers.get("Content-Encoding")).toBe("gzip");
    expect(request?.redirect).toBe("manual");
    expect(await gunzipped(request)).toEqual({
      api_key: "phc_a",
      sent_at: "2026-03-04T12:00:00.000Z",
      batch: [{ event: "a" }, { event: "ü😀" }],
    });
  });

  test("says historical_migration only when asked", async () => {
    const { fetch, requests } = destination(() => Response.json({ status: 1 }));
    await send(fetch, { historicalMigration: true });
    await send(fetch, { historicalMigration: false });
    expect(await gunzipped(requests[0])).toHaveProperty("historical_migration", true);
    expect(await gunzipped(requests[1])).not.toHaveProperty("historical_migration");
  });

  test.each([
    ["https://posthog.test/", "https://posthog.test/batch/"],
    ["https://example.com/posthog", "https://example.com/posthog/batch/"],
    ["http://localhost:8000//", "http://localhost:8000/batch/"],
  ])("for the host %s goes to %s", async (host, url) => {
    const { fetch, requests } = destination(() => Response.json({ status: 1 }));
    await send(fetch, { host });
    expect(requests[0]?.url).toBe(url);
  });

  test("keeps a quote in the key from ending it", async () => {
    const { fetch, requests } = destination(() => Response.json({ status: 1 }));
    await send(fetch, { apiKey: '","batch":[],"x":"' });
    expect(await gunzipped(requests[0])).toMatchObject({ api_key: '","batch":[],"x":"', batch: [{}, {}] });
  });
});

describe("the answer", () => {
  test.each([200, 201, 204, 299])("%i is delivered", async (status) => {
    expect(await send(answering(status, status === 204 ? null : "{}"))).toEqual({ outcome: "delivered" });
  });

  test.each([408, 429, 500, 502, 503, 504, 599])("%i is retried", async (status) => {
    expect(await send(answering(status, "overloaded"))).toEqual({
      outcome: "retry",
      reason: `PostHog answered ${status}: overloaded`,
    });
  });

  test.each([
    ["30", 30_000],
    ["Wed, 04 Mar 2026 12:02:00 GMT", 120_000],
  ])("with Retry-After %s is retried then", async (header, retryAfterMs) => {
    expect(await send(answering(503, "", { "Retry-After": header }))).toMatchObject({ outcome: "retry", retryAfterMs });
  });

  test.each([301, 302, 307, 308])("%i names POSTHOG_HOST as the place to fix", async (status) => {
    const result = await send(answering(status, "", { Location: "https://elsewhere.test/batch/" }));
    expect(result).toEqual({
      outcome: "retry",
      reason: `POSTHOG_HOST https://posthog.test answers with a redirect (${status}) to https://elsewhere.test/batch/. Set POSTHOG_HOST to the address that answers without a redirect`,
    });
  });

  test.each([400, 413, 422])(
    "%i splits a batch, so that one event does not take the others with it",
    async (status) => {
      expect(await send(answering(status, "why"))).toEqual({ outcome: "split", status, body: "why" });
      expect(await send(answering(status, "why"), { events: ['{"event":"a"}'] })).toEqual({
        outcome: "rejected",
        status,
        body: "why",
      });
    },
  );

  test.each([401, 402, 403, 404, 405])("%i is rejected, whole", async (status) => {
    expect(await send(answering(status, "why"))).toEqual({ outcome: "rejected", status, body: "why" });
  });

  test("is kept to 4 KB and cancelled", async () => {
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1000).fill(97)),
      cancel: () => {
        cancelled = true;
      },
    });
    expect(await send(answering(401, endless))).toEqual({ outcome: "rejected", status: 401, body: "a".repeat(4096) });
    expect(cancelled).toBe(true);
  });

  test("that breaks off is still known by its status", async () => {
    const broken = () =>
      new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error("reset")) });
    expect(await send(answering(200, broken()))).toEqual({ outcome: "delivered" });
    expect(await send(answering(500, broken()))).toMatchObject({ outcome: "retry" });
  });
});

describe("no answer", () => {
  test("is retried, and the reason says where", async () => {
    const { fetch } = destination(() => Promise.reject(new TypeError("connection refused")));
    expect(await send(fetch)).toEqual({
      outcome: "retry",
      reason: "PostHog could not be reached at https://posthog.test: TypeError: connection refused",
    });
  });

  const neverAnswers = async (_url: string, { signal }: RequestInit): Promise<Response> =>
    await new Promise((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
    });

  test("within the timeout is retried", async () => {
    expect(await send(neverAnswers, { timeoutMs: 1 })).toMatchObject({
      outcome: "retry",
      reason: expect.stringContaining("TimeoutError"),
    });
  });

  test("before the caller gives up is retried", async () => {
    const controller = new AbortController();
    const fetch: Batch["fetch"] = async (url, init) => {
      const answer = neverAnswers(url, init);
      controller.abort(new Error("going away"));
      return await answer;
    };
    expect(await send(fetch, { signal: controller.signal })).toMatchObject({
      outcome: "retry",
      reason: expect.stringContaining("going away"),
    });
  });
});

test("a host that is not a URL is retried, because it can be corrected, and no request is made", async () => {
  const { fetch, requests } = destination(() => Response.json({ status: 1 }));
  expect(await send(fetch, { host: "us.i.posthog.com" })).toMatchObject({
    outcome: "retry",
    reason: expect.stringContaining("POSTHOG_HOST"),
  });
  expect(requests).toHaveLength(0);
});
