import { describe, expect, test } from "vitest";
import { event, startCapture, TOKEN } from "./client.ts";
import { ENCODINGS } from "./encodings.ts";

const TEXT = 'naïve 😀 NaN "Infinity" +/ 日本 \\ & = %41';

const shapes: { name: string; path: string; body: unknown; events: string[] }[] = [
  { name: "one event", path: "/e/", body: event({ text: TEXT }), events: ["$pageview"] },
  {
    name: "an array",
    path: "/track",
    body: [event({ text: TEXT }), event({ event: "b", text: TEXT })],
    events: ["$pageview", "b"],
  },
  {
    name: "a batch with api_key",
    path: "/batch/",
    body: {
      api_key: TOKEN,
      batch: [{ event: "a", distinct_id: "u", text: TEXT }],
      historical_migration: true,
    },
    events: ["a"],
  },
  {
    name: "a batch with token on another path",
    path: "/i/v0/e",
    body: { token: TOKEN, batch: [{ event: "a", distinct_id: "u", text: TEXT }] },
    events: ["a"],
  },
  {
    name: "engage",
    path: "/engage/",
    body: { $token: TOKEN, $distinct_id: "u", $set: { plan: TEXT }, text: TEXT },
    events: ["$identify"],
  },
];

describe.each(shapes)("$name", ({ path, body, events }) => {
  test.each(ENCODINGS)("as $name", async ({ encode }) => {
    const capture = startCapture();
    const { query, headers, body: encoded } = encode(JSON.stringify(body));
    const response = await capture.post(encoded, query ? `${path}?${query}` : path, headers);

    expect(await response.text()).toBe('{"status":1}');
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    expect(capture.messages.map((message) => message.event.event)).toEqual(events);
    for (const message of capture.messages) expect(message.event["text"]).toBe(TEXT);
    expect(capture.rejections).toEqual([]);
  });
});

describe("GET", () => {
  test.each(["data=", "compression=base64&data="])("?%s", async (query) => {
    const capture = startCapture();
    const data = encodeURIComponent(Buffer.from(JSON.stringify(event())).toString("base64"));
    const response = await capture.send(`/e/?${query}${data}&_=1700000000000`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 1 });
    expect(capture.messages[0]?.event.sent_at).toBe("2023-11-14T22:13:20.000Z");
  });

  test("JSON in the query", async () => {
    const capture = startCapture();
    const data = encodeURIComponent(JSON.stringify(event()));
    expect((await capture.send(`/capture?data=${data}`)).status).toBe(200);
    expect(capture.messages).toHaveLength(1);
  });
});

test("a POST without a body takes its data from the query", async () => {
  const capture = startCapture();
  const data = encodeURIComponent(JSON.stringify(event()));
  expect((await capture.send(`/e/?data=${data}`, { method: "POST" })).status).toBe(200);
  expect(capture.messages).toHaveLength(1);
});

test("an empty batch is one event, which lacks everything", async () => {
  const capture = startCapture();
  const response = await capture.postJson({ api_key: TOKEN, batch: [] }, "/batch/");
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: "missing_distinct_id" });
});

test("engage keeps a name that is there, and other paths need one", async () => {
  const capture = startCapture();
  await capture.postJson(event({ event: "named" }), "/engage");
  expect(capture.messages[0]?.event.event).toBe("named");
  const response = await capture.postJson({ $token: TOKEN, $distinct_id: "u", $set: {} }, "/e/");
  expect(await response.json()).toMatchObject({ code: "missing_event" });
});
