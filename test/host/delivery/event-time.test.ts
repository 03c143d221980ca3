import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventTime } from "../../../host/delivery/event-time.ts";
import { RECEIVED_AT, pluginEvent } from "./plugin-event.ts";

const HOUR = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();
const timeOf = (changes: { [key: string]: unknown }) => eventTime(pluginEvent(changes), RECEIVED_AT);

describe("eventTime", () => {
  test("takes the client's wrong clock out when timestamp and sent_at are both there", () => {
    const clientClock = RECEIVED_AT - 5 * HOUR;
    expect(timeOf({ timestamp: iso(clientClock - 2000), sent_at: iso(clientClock) })).toBe(RECEIVED_AT - 2000);
  });

  test("takes timestamp as it stands when sent_at is absent, empty or unreadable", () => {
    const timestamp = iso(RECEIVED_AT - HOUR);
    for (const sent_at of [undefined, null, "", "soon", {}]) {
      expect(timeOf({ timestamp, sent_at })).toBe(RECEIVED_AT - HOUR);
    }
  });

  test("ignores sent_at when the event asks for it", () => {
    const changes = { timestamp: iso(RECEIVED_AT - HOUR), sent_at: iso(RECEIVED_AT - 2 * HOUR) };
    expect(timeOf({ ...changes, properties: { $ignore_sent_at: true } })).toBe(RECEIVED_AT - HOUR);
    expect(timeOf({ ...changes, properties: { $ignore_sent_at: false } })).toBe(RECEIVED_AT + HOUR);
  });

  test("counts offset back from now, whatever sent_at says", () => {
    expect(timeOf({ offset: 1500 })).toBe(RECEIVED_AT - 1500);
    expect(timeOf({ offset: 1500, sent_at: iso(RECEIVED_AT - HOUR) })).toBe(RECEIVED_AT - 1500);
    expect(timeOf({ offset: 1500, timestamp: "" })).toBe(RECEIVED_AT - 1500);
  });

  test("prefers timestamp to offset", () => {
    expect(timeOf({ timestamp: iso(RECEIVED_AT - HOUR), offset: 1500 })).toBe(RECEIVED_AT - HOUR);
  });

  test("is now without either", () => {
    expect(timeOf({})).toBe(RECEIVED_AT);
  });

  test("uses the now that a plugin returned, and the time of receiving when it removed or broke it", () => {
    expect(timeOf({ now: iso(RECEIVED_AT - HOUR) })).toBe(RECEIVED_AT - HOUR);
    expect(timeOf({ now: undefined })).toBe(RECEIVED_AT);
    expect(timeOf({ now: "never" })).toBe(RECEIVED_AT);
  });

  test.each(["yesterday", "2026-02-30T00:00:00Z", {}, [], true, Number.NaN])(
    "is now for the timestamp %j",
    (timestamp) => {
      expect(timeOf({ timestamp, offset: 1500 })).toBe(RECEIVED_AT);
    },
  );

  test.each(["1500", {}, [], true, 1e300, -1e300, Number.NaN])("is now for the offset %j", (offset) => {
    expect(timeOf({ offset })).toBe(RECEIVED_AT);
  });

  test("allows 23 hours of future and takes more for a mistake", () => {
    expect(timeOf({ timestamp: iso(RECEIVED_AT + 23 * HOUR) })).toBe(RECEIVED_AT + 23 * HOUR);
    expect(timeOf({ timestamp: iso(RECEIVED_AT + 23 * HOUR + 1) })).toBe(RECEIVED_AT);
    expect(timeOf({ offset: -24 * HOUR })).toBe(RECEIVED_AT);
    expect(timeOf({ now: "9000-01-01T00:00:00Z" })).toBe(RECEIVED_AT);
  });

  test("is now for a result before the year 1", () => {
    expect(timeOf({ timestamp: "0001-01-02T00:00:00Z", sent_at: "9999-01-01T00:00:00Z" })).toBe(RECEIVED_AT);
  });

  test("gives an instant with four digits of year, never too far ahead, for any JSON in any field", () => {
    const time = fc.oneof(
      fc.jsonValue(),
      fc.date({ noInvalidDate: false }).map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    const fields = fc.record(
      { timestamp: time, sent_at: time, offset: time, now: time, properties: fc.jsonValue() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, (changes) => {
        const ms = timeOf(changes);
        expect(new Date(ms).toISOString()).toMatch(/^\d{4}-/);
        expect(ms).toBeLessThanOrEqual(RECEIVED_AT + 23 * HOUR);
      }),
    );
  });

  test("a client whose clock is off by any amount gets the same time", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 0, max: 1e9 }), (skew, age) => {
        const clientClock = RECEIVED_AT + skew;
        return timeOf({ timestamp: iso(clientClock - age), sent_at: iso(clientClock) }) === RECEIVED_AT - age;
      }),
    );
  });
});
