import fc from "fast-check";
import LZString from "lz-string";
import { compressData } from "posthog-js-1-96/lib/src/compression.js";
import { encodePostData } from "posthog-js-1-96/lib/src/send-request.js";
import { Compression } from "posthog-js-1-96/lib/src/types.js";
import { PostHog } from "posthog-node";
import { PostHog as PostHog4 } from "posthog-node-4";
import { describe, expect, test } from "vitest";
import { startCapture, TOKEN } from "./client.ts";
import { gzip } from "./encodings.ts";

const ORIGIN = "https://hog.example";

/** Events as SDKs make them: well-formed text, any JSON for values. */
const events = fc.array(
  fc.record({
    event: fc.string({ unit: "grapheme", minLength: 1 }),
    distinct_id: fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
    properties: fc
      .dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ stringUnit: "grapheme" }))
      .map((properties) => ({ ...properties, token: TOKEN, distinct_id: null })),
    timestamp: fc.constant("2026-03-01T11:59:00.000Z"),
  }),
  { minLength: 1, maxLength: 5 },
);

type SdkRequest = { query?: string; headers?: Record<string, string>; body: BodyInit };

function posthogJs96(compression: Compression, sendBeacon: boolean) {
  return (json: string): SdkRequest => {
    const [data, options] = compressData(compression, json, { method: "POST" });
    const body: unknown = encodePostData(data, { ...options, sendBeacon });
    const query = options.urlQueryArgs ? "compression=gzip-js&ip=1&ver=1.96.0" : "ip=1";
    if (body instanceof Blob) return { query, headers: { "content-type": body.type }, body };
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return { query, headers, body: String(body) };
  };
}

/** The requests of SDKs whose code does not run here, as it writes them. */
function form(data: string, rest: string): SdkRequest {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return { headers, body: `data=${encodeURIComponent(data)}${rest}` };
}

const SDKS: [string, (json: string) => SdkRequest][] = [
  ["posthog-js 1.96, base64", posthogJs96(Compression.Base64, false)],
  ["posthog-js 1.96, base64 as a beacon", posthogJs96(Compression.Base64, true)],
  ["posthog-js 1.96, gzip-js", posthogJs96(Compression.GZipJS, false)],
  ["posthog-js 1.96, gzip-js as a beacon", posthogJs96(Compression.GZipJS, true)],
  ["posthog-js 1.13 and web-lite, lz64", (json) => form(LZString.compressToBase64(json), "&compression=lz64")],
  [
    "posthog-js 1.44x, gzip without a parameter",
    (json) => ({ headers: { "content-type": "text/plain" }, body: gzip(json) }),
  ],
];

describe.each(SDKS)("%s", (_name, encode) => {
  test("decodes to what the SDK was given", async () => {
    await fc.assert(
      fc.asyncProperty(events, async (sent) => {
        const capture = startCapture();
        const { query = "", headers, body } = encode(JSON.stringify(sent));
        const response = await capture.post(body, `/e/?${query}`, headers);
        expect(response.status).toBe(200);
        const got = capture.messages.map(({ event: { event, distinct_id, properties, timestamp } }) => ({
          event,
          distinct_id,
          properties,
          timestamp,
        }));
        expect(JSON.parse(JSON.stringify(got))).toEqual(JSON.parse(JSON.stringify(sent)));
      }),
      { numRuns: 50 },
    );
  });
});

describe.each([
  ["posthog-node 4", PostHog4],
  ["posthog-node 5", PostHog],
])("%s", (_name, Client) => {
  test("sends events that arrive", async () => {
    const capture = startCapture();
    const statuses: number[] = [];
    const client = new Client(TOKEN, {
      host: ORIGIN,
      flushAt: 1,
      fetch: async (url: string, options: Record<string, unknown>) => {
        const response = await capture.send(url.slice(ORIGIN.length), options as RequestInit);
        statuses.push(response.status);
        return response;
      },
    });
    client.capture({ distinctId: "u1", event: "bought 😀", properties: { price: 5 } });
    client.identify({ distinctId: "u1", properties: { plan: "日本" } });
    client.alias({ distinctId: "u1", alias: "anon" });
    await client.shutdown();

    expect(statuses.length).toBeGreaterThan(0);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const got = capture.messages.map((message) => message.event);
    expect(got.map(({ event }) => event).sort()).toEqual(["$create_alias", "$identify", "bought 😀"]);
    expect(got.map(({ distinct_id }) => distinct_id)).toEqual(["u1", "u1", "u1"]);
    expect(got.find(({ event }) => event === "bought 😀")).toMatchObject({
      properties: { price: 5 },
      sent_at: expect.any(String),
    });
    expect(capture.rejections).toEqual([]);
  });
});

test("posthog-node 1 sends aliases with a distinct_id of null", async () => {
  const capture = startCapture();
  const batch = [
    {
      type: "alias",
      event: "$create_alias",
      distinct_id: null,
      properties: { distinct_id: "u1", alias: "anon", $lib: "posthog-node" },
      timestamp: "2026-03-01T11:59:00.000Z",
      library: "posthog-node",
      library_version: "1.1.4",
    },
  ];
  await capture.postJson({ api_key: TOKEN, batch }, "/batch/");
  expect(capture.messages[0]?.event).toMatchObject({
    distinct_id: "u1",
    type: "alias",
    library: "posthog-node",
    library_version: "1.1.4",
    sent_at: null,
  });
});
