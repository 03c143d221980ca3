import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PluginEvent } from "../../../host/event.ts";
import { toOutgoing } from "../../../host/delivery/outgoing.ts";
import { MESSAGE_ID, RECEIVED_AT, pluginEvent } from "./plugin-event.ts";

const outgoing = (changes: { [key: string]: unknown } = {}) =>
  toOutgoing(pluginEvent(changes), RECEIVED_AT, MESSAGE_ID);

describe("the shape", () => {
  test("of a plain event, whole", () => {
    expect(outgoing()).toEqual({
      uuid: "019cb8a0-0000-7000-8000-000000000001",
      event: "$pageview",
      distinct_id: "user-1",
      properties: { $current_url: "https://example.com/", $ip: "203.0.113.7" },
      timestamp: "2026-03-04T12:00:00.000Z",
    });
  });

  test("carries an absolute time and nothing that would make PostHog compute one", () => {
    const event = outgoing({ offset: 1500, sent_at: "2026-03-04T10:00:00Z", now: "2026-03-04T12:00:01Z" });
    expect(event.timestamp).toBe("2026-03-04T11:59:59.500Z");
    expect(Object.keys(event)).not.toEqual(expect.arrayContaining(["offset"]));
    expect(event).not.toHaveProperty("sent_at");
    expect(event).not.toHaveProperty("now");
  });

  test("leaves the envelope and the keys of the project behind", () => {
    const changes = { token: "phc_a", api_key: "phc_a", $token: "phc_a", $distinct_id: "user-1" };
    expect(Object.keys(outgoing(changes)).sort()).toEqual(["distinct_id", "event", "properties", "timestamp", "uuid"]);
  });

  test("passes other top-level keys through", () => {
    const changes = { type: "capture", library: "posthog-node", library_version: "1.1.4", context: { a: [1] } };
    expect(outgoing(changes)).toMatchObject(changes);
  });

  test("keeps $set and $set_once, and drops them when they are not objects, which PostHog refuses", () => {
    expect(outgoing({ $set: { a: 1 }, $set_once: { b: 2 } })).toMatchObject({ $set: { a: 1 }, $set_once: { b: 2 } });
    for (const value of ["a", 1, null, [1]]) {
      expect(outgoing({ $set: value })).not.toHaveProperty("$set");
      expect(outgoing({ $set_once: value })).not.toHaveProperty("$set_once");
    }
  });

  test("copies a key named __proto__ as data", () => {
    const event = JSON.parse('{"__proto__": {"uuid": "no"}, "event": "a"}') as PluginEvent;
    const result = toOutgoing(event, RECEIVED_AT, MESSAGE_ID);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(JSON.stringify(result)).toContain('"__proto__":{"uuid":"no"}');
  });

  test("does not change the event it is given", () => {
    const event = pluginEvent({ ip: null, offset: 3 });
    const before = structuredClone(event);
    toOutgoing(event, RECEIVED_AT, MESSAGE_ID);
    expect(event).toEqual(before);
  });
});

describe("the visitor's address", () => {
  test("becomes $ip when it survived the plugins", () => {
    expect(outgoing({ ip: "2001:db8::1", properties: {} }).properties).toEqual({ $ip: "2001:db8::1" });
  });

  test.each([undefined, null, "", 7, {}])(
    "is recorded as none when ip is %j, so that nobody's is taken for it",
    (ip) => {
      expect(outgoing({ ip, properties: { a: 1 } }).properties).toEqual({ a: 1, $ip: null, $geoip_disable: true });
    },
  );

  test("overrules a client that asks for a lookup of an address that is gone", () => {
    expect(outgoing({ ip: null, properties: { $geoip_disable: false } }).properties).toEqual({
      $ip: null,
      $geoip_disable: true,
    });
  });

  test("stays what client or plugin made it in $ip, whether or not ip survived", () => {
    for (const ip of ["203.0.113.7", null, undefined]) {
      expect(outgoing({ ip, properties: { $ip: "198.51.100.0" } }).properties).toEqual({ $ip: "198.51.100.0" });
    }
  });

  test.each([null, ""])("does not come back from ip once $ip was set to %j", ($ip) => {
    expect(outgoing({ properties: { $ip } }).properties).toEqual({ $ip: null, $geoip_disable: true });
  });
});

describe("names", () => {
  test("that are not strings become JSON", () => {
    expect(outgoing({ event: { a: 1 }, distinct_id: 42 })).toMatchObject({ event: '{"a":1}', distinct_id: "42" });
    expect(outgoing({ event: true, distinct_id: [1] })).toMatchObject({ event: "true", distinct_id: "[1]" });
  });

  test("that are missing become empty, for PostHog to refuse with its own words", () => {
    expect(outgoing({ event: undefined, distinct_id: null })).toMatchObject({ event: "", distinct_id: "" });
  });

  test("are cut to 200 characters, never through one", () => {
    const { event, distinct_id } = outgoing({ event: "e".repeat(5000), distinct_id: "😀".repeat(5000) });
    expect(event).toBe("e".repeat(200));
    expect(distinct_id).toBe("😀".repeat(200));
    expect(outgoing({ event: `${"e".repeat(199)}😀😀` }).event).toBe(`${"e".repeat(199)}😀`);
  });
});

describe("uuid", () => {
  test.each([undefined, null, "", "order-7", 7, {}, "019cb8a0-0000-7000-8000-00000000000z"])(
    "of the message when a plugin left %j",
    (uuid) => {
      expect(outgoing({ uuid }).uuid).toBe(MESSAGE_ID);
    },
  );

  test("of the event otherwise, in either case", () => {
    const uuid = "019CB8A0-0000-7000-8000-0000000000FF";
    expect(outgoing({ uuid }).uuid).toBe(uuid);
  });
});

test.each([undefined, null, "text", 7, [1, 2]])("properties that are %j are none", (properties) => {
  expect(outgoing({ properties }).properties).toEqual({ $ip: "203.0.113.7" });
});

test("never throws and keeps the types of the named fields, whatever a plugin returned", () => {
  const keys = [
    "uuid",
    "event",
    "distinct_id",
    "properties",
    "ip",
    "now",
    "sent_at",
    "timestamp",
    "offset",
    "$set",
    "team_id",
    "x",
  ];
  const anything = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue());
  fc.assert(
    fc.property(anything, (event) => {
      const result = toOutgoing(event as PluginEvent, RECEIVED_AT, MESSAGE_ID);
      expect(typeof result.uuid).toBe("string");
      expect(typeof result.event).toBe("string");
      expect(Array.from(result.event).length).toBeLessThanOrEqual(200);
      expect(typeof result.distinct_id).toBe("string");
      expect(result.properties).toBeTypeOf("object");
      expect(result.properties).toHaveProperty("$ip");
      expect(new Date(result.timestamp).toISOString()).toBe(result.timestamp);
      for (const key of ["ip", "now", "sent_at", "offset", "team_id"]) expect(result).not.toHaveProperty(key);
    }),
  );
});

test("gives the same result for the same event, so that PostHog recognises a repeated delivery", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (event) => {
      const once = toOutgoing(event as PluginEvent, RECEIVED_AT, MESSAGE_ID);
      expect(toOutgoing(structuredClone(event) as PluginEvent, RECEIVED_AT, MESSAGE_ID)).toEqual(once);
    }),
  );
});
