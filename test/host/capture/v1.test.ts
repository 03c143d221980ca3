import { describe, expect, test } from "vitest";
import { NOW, startCapture, TOKEN } from "./client.ts";

const PATH = "/i/v1/analytics/events";
const UUIDS = ["0194b1c2-0000-7000-8000-000000000001", "0194b1c2-0000-7000-8000-000000000002"] as const;
const SENT_AT = "2026-03-01T11:59:59.000Z";

function send(batch: unknown, headers: Record<string, string> = {}) {
  const capture = startCapture();
  const body = JSON.stringify({ created_at: "2026-03-01T11:00:00.000Z", batch });
  const answer = capture.post(body, PATH, {
    "content-type": "application/json",
    authorization: `Bearer ${TOKEN}`,
    "posthog-sdk-info": "posthog-node/5.70.0",
    "posthog-request-timestamp": SENT_AT,
    ...headers,
  });
  return { capture, answer };
}

const event = {
  event: "bought",
  uuid: UUIDS[0],
  distinct_id: "u1",
  timestamp: "2026-03-01T11:58:00.000Z",
  session_id: "s1",
  window_id: "w1",
  options: {
    cookieless_mode: true,
    disable_skew_correction: false,
    process_person_profile: false,
    product_tour_id: "t1",
  },
  properties: { price: 5 },
};

test("an event becomes what older clients send", async () => {
  const { capture, answer } = send([event]);
  expect((await answer).status).toBe(200);
  const { now, ...received } = capture.messages[0]?.event ?? {};
  expect(now).toBe(new Date(NOW).toISOString());
  expect(received).toEqual({
    uuid: UUIDS[0],
    event: "bought",
    distinct_id: "u1",
    timestamp: "2026-03-01T11:58:00.000Z",
    properties: {
      $lib: "posthog-node",
      $lib_version: "5.70.0",
      $session_id: "s1",
      $window_id: "w1",
      $cookieless_mode: true,
      $ignore_sent_at: false,
      $process_person_profile: false,
      $product_tour_id: "t1",
      price: 5,
    },
    sent_at: SENT_AT,
    ip: null,
    site_url: "https://hog.example",
    team_id: 7,
  });
});

test("an event's own properties come before what is put back", async () => {
  const { capture, answer } = send([{ ...event, properties: { $lib: "mine", $session_id: "mine" } }]);
  await answer;
  expect(capture.messages[0]?.event.properties).toMatchObject({ $lib: "mine", $session_id: "mine", $window_id: "w1" });
});

test.each([
  ["nothing but a name", { event: "e", distinct_id: "u1" }, { $lib: "posthog-node", $lib_version: "5.70.0" }],
  [
    "options and properties of other types",
    { event: "e", distinct_id: "u1", options: [1], properties: "none" },
    { $lib: "posthog-node", $lib_version: "5.70.0" },
  ],
  [
    "options that nobody knows",
    { event: "e", distinct_id: "u1", options: { team_id: 5 } },
    { $lib: "posthog-node", $lib_version: "5.70.0" },
  ],
])("an event with %s is taken", async (_name, item, properties) => {
  const { capture, answer } = send([item]);
  expect(await (await answer).json()).toEqual({ results: {} });
  expect(capture.messages[0]?.event.properties).toEqual(properties);
  expect(capture.messages[0]?.event).not.toHaveProperty("options");
});

test.each(["", "posthog-node", "/5", `${"x".repeat(10_000)}/5`, `x/${"5".repeat(10_000)}`])(
  "an SDK that calls itself %j is not believed",
  async (info) => {
    const { capture, answer } = send([event], { "posthog-sdk-info": info });
    expect((await answer).status).toBe(200);
    expect(capture.messages[0]?.event.properties).not.toHaveProperty("$lib");
  },
);

test("the answer says what became of each event", async () => {
  const { capture, answer } = send([
    event,
    { ...event, uuid: UUIDS[1], event: "" },
    5,
    { ...event, uuid: "__proto__" },
  ]);
  expect(await (await answer).text()).toBe(
    `{"results":{"${UUIDS[0]}":{"result":"ok"},` +
      `"${UUIDS[1]}":{"result":"drop","details":"You need to set event name field \`event\`."},` +
      `"__proto__":{"result":"ok"}}}`,
  );
  expect(capture.rejections.map(({ index }) => index)).toEqual([1, 2]);
});

describe("the key", () => {
  test("is the bearer's", async () => {
    const { answer } = send([event], { authorization: "Bearer phc_none" });
    expect((await answer).status).toBe(401);
  });

  test.each(["", "Basic cGhjX2RlbW86", "Bearer"])("is missed with %j", async (authorization) => {
    const response = await send([event], { authorization }).answer;
    expect([response.status, await response.json()]).toMatchObject([401, { code: "missing_api_key" }]);
  });

  test("is not taken from headers on other endpoints", async () => {
    const capture = startCapture();
    const body = JSON.stringify({ batch: [{ event: "e", distinct_id: "u1" }] });
    expect((await capture.post(body, "/batch/", { authorization: `Bearer ${TOKEN}` })).status).toBe(401);
  });
});
