import { describe, expect, test } from "vitest";
import type { Json, RequestContext } from "../../../host/event.ts";
import { NO_REQUEST } from "../../../host/capture/request-context.ts";
import { toMessages } from "../../../host/capture/messages.ts";
import type { Received } from "../../../host/capture/received.ts";
import { parseJson } from "../../../host/capture/json.ts";
import { NOW, TOKEN } from "./client.ts";

const UUID = "0190A5B4-1234-7abc-8def-0123456789ab";
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const CONTEXT: RequestContext = { ...NO_REQUEST, ip: "1.2.3.4", userAgent: "ua" };
const TEAM = { teamId: 7, anonymizeIps: false };
const MEBIBYTE = 1024 * 1024;

function received(items: Json[], extra: Partial<Received> = {}): Received {
  return {
    items,
    token: TOKEN,
    tokenIsFromItems: false,
    mayHoldLargeEvents: true,
    isEngage: false,
    isV1: false,
    receivedAt: NOW,
    sentAt: null,
    ip: "203.0.113.9",
    siteUrl: "https://hog.example",
    context: CONTEXT,
    ...extra,
  };
}

const convert = (items: Json[], extra?: Partial<Received>, team = TEAM) => toMessages(received(items, extra), team);

function one(item: Json) {
  const { messages, rejections } = convert([item]);
  expect(rejections).toEqual([]);
  expect(messages).toHaveLength(1);
  const [message] = messages;
  if (message === undefined) throw new Error("no message");
  return message;
}

describe("a message", () => {
  test("has the trusted fields of the server", () => {
    const message = one({ event: "e", distinct_id: "u" });
    expect(message).toEqual({
      id: expect.stringMatching(UUID_V7),
      receivedAt: NOW,
      request: CONTEXT,
      hops: 0,
      event: {
        uuid: expect.stringMatching(UUID_V7),
        event: "e",
        distinct_id: "u",
        properties: {},
        ip: "203.0.113.9",
        site_url: "https://hog.example",
        team_id: 7,
        now: "2026-03-01T12:00:00.000Z",
        sent_at: null,
      },
    });
  });

  test("never has them from the body", () => {
    const { event } = one({
      event: "e",
      distinct_id: "u",
      team_id: 1,
      ip: "6.6.6.6",
      now: "1999",
      site_url: "https://evil.example",
      sent_at: "1999-01-01",
    });
    expect(event).toMatchObject({
      team_id: 7,
      ip: "203.0.113.9",
      now: "2026-03-01T12:00:00.000Z",
      site_url: "https://hog.example",
      sent_at: null,
    });
  });

  test("passes all else through, in order", () => {
    const item = parseJson(
      `{"z":1,"distinct_id":"u","timestamp":"not a time","ip":"x","offset":5,"event":"e","uuid":"no",
        "$set":{"b":1,"a":2},"api_key":"phc_demo","__proto__":{"x":1},"constructor":2,"a":null,"properties":{}}`,
    );
    const { event } = one(item);
    expect(Object.keys(event).slice(9)).toEqual([
      "z",
      "timestamp",
      "offset",
      "$set",
      "api_key",
      "__proto__",
      "constructor",
      "a",
    ]);
    expect(event).toMatchObject({ timestamp: "not a time", offset: 5, a: null });
    expect(JSON.stringify(event["$set"])).toBe('{"b":1,"a":2}');
  });

  test("keeps __proto__ harmless", () => {
    const { event } = one(
      parseJson(
        '{"event":"e","distinct_id":"u","__proto__":{"ip":"6.6.6.6","x":1},"properties":{"__proto__":{"y":1}}}',
      ),
    );
    expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
    expect(event["x"]).toBeUndefined();
    expect(Object.keys(event.properties)).toEqual(["__proto__"]);
    expect(event.properties["y"]).toBeUndefined();
    expect(JSON.stringify(event)).toContain('"__proto__":{"ip":"6.6.6.6","x":1}');
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  test.each<[Json, Json]>([
    [{ a: 1 }, { a: 1 }],
    [undefined as unknown as Json, {}],
    [null, {}],
    [0, {}],
    ["text", {}],
    [[1], {}],
  ])("properties %j are %j", (properties, expected) => {
    expect(one({ event: "e", distinct_id: "u", properties }).event.properties).toEqual(expected);
  });

  test("keeps NUL characters and lone surrogates", () => {
    const { event } = one(
      parseJson('{"event":"a\\u0000b","distinct_id":"\\ud800","properties":{"\\udc00":"\\u0000"}}'),
    );
    expect(event.event).toBe("a\u0000b");
    expect(event.distinct_id).toBe("\uD800");
    expect(event.properties).toEqual({ "\uDC00": "\u0000" });
  });

  test.each<[Json]>([["e"], [1], [true], [{ a: 1 }], [["x"]]])("event %j is kept", (name) => {
    expect(one({ event: name, distinct_id: "u" }).event.event).toEqual(name);
  });

  test("has no address when the project discards them", () => {
    const { messages } = convert([{ event: "e", distinct_id: "u" }], {}, { teamId: 7, anonymizeIps: true });
    expect(messages[0]?.event.ip).toBeNull();
  });
});

describe("uuid", () => {
  const uuidOf = (uuid: Json) => one({ event: "e", distinct_id: "u", uuid }).event.uuid;

  test("of the client is kept as it is", () => {
    expect(uuidOf(UUID)).toBe(UUID);
  });

  test.each<[Json]>([[""], [null], [1], [`{${UUID}}`], [`${UUID}\n`], [UUID.replaceAll("-", "")]])(
    "%j is replaced",
    (uuid) => {
      expect(uuidOf(uuid)).toMatch(UUID_V7);
    },
  );

  test("ids differ even when the client repeats its uuid", () => {
    const item = { event: "e", distinct_id: "u", uuid: UUID };
    const ids = convert([item, item, item]).messages.map((message) => message.id);
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain(UUID);
  });
});

describe("rejections", () => {
  const good = { event: "e", distinct_id: "u" };
  const deep = (levels: number): Json => (levels === 0 ? 1 : [deep(levels - 1)]);

  test.each<[string, Json, string]>([
    ["null", null, "invalid_event"],
    ["a number", 1, "invalid_event"],
    ["an array", [good], "invalid_event"],
    ["no event", { distinct_id: "u" }, "missing_event"],
    ["an empty event", { ...good, event: "" }, "missing_event"],
    ["event null", { ...good, event: null }, "missing_event"],
    ["event 0", { ...good, event: 0 }, "missing_event"],
    ["no distinct_id", { event: "e" }, "missing_distinct_id"],
    ["nothing", {}, "missing_distinct_id"],
    ["101 levels", { ...good, x: deep(100) }, "nested_too_deep"],
  ])("%s", (_name, item, code) => {
    const { messages, rejections } = convert([good, item, good]);
    expect(messages).toHaveLength(2);
    expect(rejections).toEqual([{ index: 1, code, detail: expect.any(String), item: JSON.stringify(item) }]);
  });

  test("100 levels are fine", () => {
    expect(one({ ...good, x: deep(99) }).event["x"]).toBeDefined();
  });

  test.each([
    ["a", 1],
    ["é", 2],
    ["日", 3],
    ["😀", 4],
    ['"', 2],
  ])("2 MiB of %s are accepted, a byte more is not", (character, bytes) => {
    const room = 2 * MEBIBYTE - JSON.stringify({ ...good, x: "" }).length;
    const filled = character.repeat(Math.floor(room / bytes)) + "a".repeat(room % bytes);
    expect(convert([{ ...good, x: filled }]).messages).toHaveLength(1);
    const { messages, rejections } = convert([{ ...good, x: `${filled}a` }, good]);
    expect(messages).toHaveLength(1);
    expect(rejections).toMatchObject([{ index: 0, code: "event_too_large" }]);
    expect(new TextEncoder().encode(rejections[0]?.item).length).toBeLessThanOrEqual(1024);
  });

  test("another token than that of the first item", () => {
    const items = [
      good,
      { ...good, properties: { token: TOKEN } },
      { ...good, properties: { token: "phc_other" } },
      { ...good, api_key: "phc_other" },
    ];
    const { messages, rejections } = convert(items, { tokenIsFromItems: true });
    expect(messages).toHaveLength(2);
    expect(rejections.map(({ index, code }) => [index, code])).toEqual([
      [2, "invalid_api_key"],
      [3, "invalid_api_key"],
    ]);
    expect(convert(items).rejections).toEqual([]);
  });
});
