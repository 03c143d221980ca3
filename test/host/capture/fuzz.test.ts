import { deflateRawSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startCapture, TOKEN } from "./client.ts";
import { ENCODINGS } from "./encodings.ts";

const errors = vi.spyOn(console, "error");
beforeEach(() => {
  errors.mockClear();
});
// A 503 would mean that the fuzzer found a bug: nothing it can send makes the store fail.
afterEach(() => {
  expect(errors).not.toHaveBeenCalled();
});

const compression = fc.constantFrom("", "gzip", "gzip-js", "lz64", "base64", "br", "GZIP", "\u0000");
const contentType = fc.constantFrom(
  "",
  "text/plain",
  "application/json",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "multipart/form-data",
  "application/octet-stream",
  "x",
);
const path = fc.constantFrom("/e/", "/engage/", "/batch", "/i/v0/e/");
const key = fc.oneof(
  fc.constantFrom("event", "distinct_id", "$distinct_id", "properties", "token", "$token", "api_key", "batch"),
  fc.constantFrom("uuid", "sent_at", "__proto__", "constructor", "toString", "timestamp", "ip", "toJSON"),
  fc.string({ unit: "binary", maxLength: 5 }),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, 0, -1, 1e21, "", TOKEN, "phx_", "$pageview", "u1"),
    fc.string({ unit: "binary", maxLength: 5 }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 8 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

const bytes = fc.uint8Array({ maxLength: 200 });
const multipart = fc
  .tuple(fc.constantFrom("data", "token", "x"), fc.string())
  .map(([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--x--\r\n`);
const body = fc.oneof(
  bytes,
  bytes.map((raw) => new Uint8Array(gzipSync(raw))),
  bytes.map((raw) => new Uint8Array([0x1f, 0x8b, ...raw])),
  bytes.map((raw) => new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, ...deflateRawSync(raw)])),
  fc.string({ unit: "binary" }),
  fc.string().map((text) => `data=${text}&compression=lz64&api_key=${text}`),
  multipart,
  json.map((value) => JSON.stringify(value)),
  fc.tuple(json, fc.nat(300)).map(([value, at]) => JSON.stringify(value).slice(0, at)),
);

async function expectWellFormed(response: Response): Promise<void> {
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  expect(response.headers.get("access-control-allow-credentials")).toBe("true");
  const answer = await response.json();
  if (response.status === 200) {
    expect(answer).toEqual({ status: 1 });
  } else {
    expect([400, 401, 413]).toContain(response.status);
    expect(answer).toEqual({
      type: expect.stringMatching(/^(validation|authentication)_error$/),
      code: expect.stringMatching(/^[a-z_]+$/),
      detail: expect.stringMatching(/./),
      attr: null,
    });
  }
}

function expectSound(capture: ReturnType<typeof startCapture>): void {
  for (const { event, id, hops } of capture.messages) {
    expect(event).toMatchObject({ team_id: 7, ip: null, site_url: "https://hog.example" });
    expect(event.event).toBeTruthy();
    expect(event.distinct_id).not.toBe("");
    expect(event.distinct_id.length).toBeLessThanOrEqual(200);
    expect(event.uuid).toMatch(/^[0-9a-f-]{36}$/i);
    expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(event.properties)).toBe(Object.prototype);
    expect(JSON.parse(JSON.stringify(event))).toEqual(event);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(hops).toBe(0);
  }
  for (const { item, detail } of capture.rejections) {
    expect(new TextEncoder().encode(item).length).toBeLessThanOrEqual(1024);
    expect(detail).not.toBe("");
  }
}

test("any request gets a well-formed answer", async () => {
  await fc.assert(
    fc.asyncProperty(path, compression, contentType, body, fc.string(), async (...request) => {
      const [where, declared, type, content, sentAt] = request;
      const capture = startCapture();
      const query = new URLSearchParams({ compression: declared, _: sentAt });
      const headers: Record<string, string> = type ? { "content-type": type } : {};
      await expectWellFormed(await capture.post(content, `${where}?${query}`, headers));
      expectSound(capture);
    }),
    { numRuns: 2000 },
  );
});

test("any GET gets a well-formed answer", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.string({ unit: "binary" })), async (query) => {
      const url = new URL("https://hog.example/e/");
      url.search = query;
      const capture = startCapture();
      await expectWellFormed(await capture.send(`${url.pathname}${url.search}`));
      await expectWellFormed(
        await capture.send(`/e/?data=${encodeURIComponent(query.replace(/\p{Surrogate}/gu, ""))}`),
      );
    }),
    { numRuns: 500 },
  );
});

test("any JSON in any encoding is accepted, rejected or refused", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      path,
      fc.constantFrom(...ENCODINGS),
      fc.array(json, { minLength: 1, maxLength: 4 }),
      async (...request) => {
        const [where, { encode }, items] = request;
        const capture = startCapture();
        const { query = "", headers, body: content } = encode(JSON.stringify({ api_key: TOKEN, batch: items }));
        const response = await capture.post(content, `${where}?${query}`, headers);
        await expectWellFormed(response);
        expectSound(capture);
        expect(capture.messages.length + capture.rejections.length).toBe(items.length);
        expect(response.status === 200).toBe(capture.messages.length > 0);
        if (response.status === 200) seen.add("accepted");
        for (const { code } of capture.rejections) seen.add(code);
      },
    ),
    { numRuns: 1000 },
  );
  // A fuzzer that only ever reaches one branch proves nothing.
  expect([...seen].sort()).toEqual(["accepted", "invalid_event", "missing_distinct_id", "missing_event"]);
});

test.each([
  ["arrays", "[", "]"],
  ["objects", '{"a":', "}"],
  ["events", '{"event":"e","distinct_id":"u","token":"phc_demo","properties":', "}"],
])("deeply nested %s do no harm", async (_name, open, close) => {
  const capture = startCapture();
  for (const depth of [1000, 100_000, 10_000_000 / open.length]) {
    const text = `${open.repeat(depth)}1${close.repeat(depth)}`;
    for (const body of [text, `[${text}]`, `{"api_key":"phc_demo","batch":[${text}]}`]) {
      await expectWellFormed(await capture.post(body));
    }
  }
  expect(capture.messages).toEqual([]);
  expectSound(capture);
});
