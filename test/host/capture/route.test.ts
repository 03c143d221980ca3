import { afterEach, describe, expect, test, vi } from "vitest";
import { MAX_DISCARDED_BYTES } from "../../../host/capture/limits.ts";
import { event, startCapture, TOKEN } from "./client.ts";

const ENDPOINTS = ["/e", "/i/v0/e", "/capture", "/track", "/engage", "/batch", "/i/v0/ai/batch"];
const PATHS = ENDPOINTS.flatMap((path) => [path, `${path}/`]);
const MEBIBYTE = 1024 * 1024;

afterEach(() => {
  vi.restoreAllMocks();
});

test.each(PATHS)("%s takes POST, GET and OPTIONS", async (path) => {
  const capture = startCapture();
  const answers = [
    await capture.postJson(event(), path),
    await capture.send(`${path}?data=${encodeURIComponent(JSON.stringify(event()))}`),
  ];
  for (const answer of answers) {
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('{"status":1}');
  }
  expect(capture.messages).toHaveLength(2);
  expect((await capture.send(path, { method: "OPTIONS" })).status).toBe(200);
});

test.each(["PUT", "DELETE", "PATCH", "HEAD"])("%s is not allowed", async (method) => {
  const capture = startCapture();
  const data = encodeURIComponent(JSON.stringify(event()));
  const response = await capture.send(`/e/?data=${data}`, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("GET, POST, OPTIONS");
  expect(capture.messages).toEqual([]);
});

test.each(["/", "/s/", "/batches", "/e/x", "/i/v0/"])("%s is another's", async (path) => {
  expect((await startCapture().postJson(event(), path)).status).toBe(404);
});

describe("CORS", () => {
  const origin = "https://shop.example";
  const cases: [string, RequestInit & { path?: string }, number][] = [
    ["success", { method: "POST", body: JSON.stringify(event()) }, 200],
    ["a bad request", { method: "POST", body: "{" }, 400],
    ["a bad key", { method: "POST", body: '{"api_key":"phc_none"}' }, 401],
    ["a bad method", { method: "PUT" }, 405],
    ["a preflight", { method: "OPTIONS" }, 200],
  ];
  test.each(cases)("on %s", async (_name, init, status) => {
    const headers = { origin, "access-control-request-headers": "content-type,x-custom" };
    const response = await startCapture().send("/e/", { ...init, headers });
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET, POST, OPTIONS",
      "access-control-allow-headers": "content-type,x-custom",
      vary: "Origin",
    });
  });

  test("without an origin", async () => {
    const { headers } = await startCapture().send("/e/", { method: "OPTIONS" });
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("access-control-allow-headers")).toBe("X-Requested-With");
    expect(headers.get("vary")).toBe("Origin");
  });
});

describe("refusals have PostHog's texts", () => {
  const FIND = "You can find your project API key in PostHog project settings.";
  test.each([
    ["{", 400, "validation_error", "invalid_payload", /^Malformed request data: Invalid JSON: /],
    [
      "\u001f\u008b",
      400,
      "validation_error",
      "invalid_payload",
      /^Malformed request data: Failed to decompress data\. /,
    ],
    ["", 400, "validation_error", "no_data", /^No data found\. Make sure to use a POST request when/],
    ['{"event":"e"}', 401, "authentication_error", "missing_api_key", `API key not provided. ${FIND}`],
    ['{"api_key":"phc_none"}', 401, "authentication_error", "invalid_api_key", `Project API key invalid. ${FIND}`],
    ['{"api_key":"phx_personal"}', 401, "authentication_error", "invalid_api_key", `Project API key invalid. ${FIND}`],
    [
      '{"api_key":"phc_demo","event":"e"}',
      400,
      "validation_error",
      "missing_distinct_id",
      "You need to set user distinct ID field `distinct_id`.",
    ],
    [
      '{"api_key":"phc_demo","distinct_id":"u"}',
      400,
      "validation_error",
      "missing_event",
      "You need to set event name field `event`.",
    ],
  ])("%j", async (body, status, type, code, detail) => {
    const bytes = Uint8Array.from(body, (character) => character.charCodeAt(0));
    const response = await startCapture().post(bytes);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    expect(await response.json()).toEqual({
      type,
      code,
      detail: typeof detail === "string" ? detail : expect.stringMatching(detail),
      attr: null,
    });
  });

  test("keys that cannot be one are not looked up", async () => {
    const capture = startCapture();
    for (const api_key of ["phx_personal", "x".repeat(1000), "é"]) {
      await capture.postJson({ ...event(), api_key });
    }
    expect(capture.lookups).toEqual([]);
  });
});

describe("mixed batches", () => {
  const good = { event: "good", distinct_id: "u" };
  const large = { event: "large", distinct_id: "u", x: "x".repeat(2 * MEBIBYTE) };

  test("what is good is accepted and the rest reported", async () => {
    const capture = startCapture();
    const batch = [good, 5, { event: "e" }, large, { distinct_id: "u" }, good];
    const response = await capture.postJson({ api_key: TOKEN, batch }, "/batch/");
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('{"status":1}');
    expect(capture.messages.map((message) => message.event.event)).toEqual(["good", "good"]);
    expect(capture.rejections.map(({ index, code }) => [index, code])).toEqual([
      [1, "invalid_event"],
      [2, "missing_distinct_id"],
      [3, "event_too_large"],
      [4, "missing_event"],
    ]);
  });

  test("nothing good is refused, but reported", async () => {
    const capture = startCapture();
    const batch = [large, { event: "e" }];
    const response = await capture.postJson({ api_key: TOKEN, batch }, "/batch/");
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "missing_distinct_id" });
    expect(capture.messages).toEqual([]);
    expect(capture.rejections).toHaveLength(2);
  });

  test("only large ones are answered 413", async () => {
    const capture = startCapture();
    const response = await capture.postJson({ api_key: TOKEN, batch: [large, large] }, "/batch/");
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: "event_too_large" });
  });

  test("an array with the events of two projects keeps those of the first", async () => {
    const capture = startCapture();
    const other = event({ properties: { token: "phc_other" } });
    expect((await capture.postJson([event(), other, event()])).status).toBe(200);
    expect(capture.messages).toHaveLength(2);
    expect(capture.rejections).toMatchObject([{ index: 1, code: "invalid_api_key" }]);
  });
});

describe("body limit", () => {
  const text = (length: number) => {
    const [start, end] = [`[${JSON.stringify(event())},"`, '"]'];
    return start + "x".repeat(length - start.length - end.length) + end;
  };

  test("20 MiB are read, a byte more is not", async () => {
    const capture = startCapture();
    expect((await capture.post(text(20 * MEBIBYTE))).status).toBe(200);
    const response = await capture.post(text(20 * MEBIBYTE + 1));
    expect(response.status).toBe(413);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
  });

  // A client that is cut off while it sends gets no answer at all.
  test.each([
    ["of a declared length", { "content-length": String(30 * MEBIBYTE) }],
    ["of unknown length", {}],
  ])("a body %s is read to its end before it is refused", async (_name, headers: Record<string, string>) => {
    const sending = blanks(30 * MEBIBYTE);
    expect((await startCapture().post(sending.body, "/e/", headers)).status).toBe(413);
    expect(sending.ended()).toBe("by itself");
  });

  test("a body without end is given up", async () => {
    const sending = blanks(Infinity);
    expect((await startCapture().post(sending.body)).status).toBe(413);
    expect(sending.ended()).toBe("cancelled");
    expect(sending.produced()).toBeLessThanOrEqual(MAX_DISCARDED_BYTES + 3 * MEBIBYTE);
  });

  test("a declared length that is not worth hearing out is not read at all", async () => {
    const pull = vi.fn();
    const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
    const headers = { "content-length": String(MAX_DISCARDED_BYTES + 1) };
    expect((await startCapture().post(body, "/e/", headers)).status).toBe(413);
    expect(pull).not.toHaveBeenCalled();
  });

  test("a client that goes away while it is refused is no failure of ours", async () => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error("gone"));
      },
    });
    const headers = { "content-length": String(30 * MEBIBYTE) };
    expect((await startCapture().post(body, "/e/", headers)).status).toBe(413);
  });
});

/** A body of blanks, which tells how much of it was asked for. */
function blanks(size: number) {
  let produced = 0;
  let ended: "by itself" | "cancelled" | undefined;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (produced >= size) {
        ended = "by itself";
        return controller.close();
      }
      produced += MEBIBYTE;
      controller.enqueue(new Uint8Array(MEBIBYTE).fill(0x20));
    },
    cancel() {
      ended = "cancelled";
    },
  });
  return { body, produced: () => produced, ended: () => ended };
}

describe("storage", () => {
  const SECRET = "secret-in-event";
  const failing = () => {
    const cause = new Error("D1_ERROR: busy");
    throw new Error(`Failed query: insert into inbox\nparams: ${SECRET}`, { cause });
  };

  test("of a key that comes too often is to be sent again, and stores nothing", async () => {
    const { messages, postJson } = startCapture({ admits: async (_env, token) => token !== TOKEN });
    const response = await postJson(event());
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("60");
    expect(await response.json()).toMatchObject({ code: "rate_limited" });
    expect(messages).toEqual([]);
  });

  test.each([["accept"], ["findTeam"]])("that fails in %s is answered 503", async (name) => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const capture = startCapture({ [name]: async () => failing() });
    const response = await capture.postJson(event({ secret: SECRET }));
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(await response.json()).toEqual({
      type: "server_error",
      code: "service_unavailable",
      detail: expect.any(String),
      attr: null,
    });
    expect(log).toHaveBeenCalledOnce();
    const logged = log.mock.calls.flat().map(String).join("\n");
    expect(logged).toContain("Failed query: insert into inbox");
    expect(logged).toContain("D1_ERROR: busy");
    expect(logged).not.toContain(SECRET);
  });

  test.each([["a string"], [null], [undefined]])("may throw %j", async (thrown) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const accept = () => Promise.reject(thrown);
    expect((await startCapture({ accept }).postJson(event())).status).toBe(503);
  });

  test("is waited for before the answer", async () => {
    let stored = () => {};
    const accept = () => new Promise<void>((resolve) => (stored = resolve));
    const answered = vi.fn();
    const answer = startCapture({ accept }).postJson(event()).then(answered);
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve));
    expect(answered).not.toHaveBeenCalled();
    stored();
    await answer;
    expect(answered).toHaveBeenCalledOnce();
  });
});

test("dependencies see the bindings, the team as found, and the time once", async () => {
  const accept = vi.fn(async () => {});
  const team = { teamId: 3, anonymizeIps: true, plan: "paid" };
  const now = vi.fn(() => 0);
  const capture = startCapture({ findTeam: async () => team, accept, now });
  await capture.postJson([event(), event()]);
  expect(accept).toHaveBeenCalledWith({}, team, [expect.anything(), expect.anything()], []);
  expect(now).toHaveBeenCalledOnce();
});
