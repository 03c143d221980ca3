import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";

import type { Engine } from "../../../runtime/engine/engine.ts";
import type { Handle } from "../../../runtime/engine/exports.ts";
import { bootEngine } from "../support/boot-engine.ts";

let engine: Engine;
let echo: Handle;
let throughHost: Handle;

beforeAll(async () => {
  engine = await bootEngine({ onHostCall: ([value]) => value });
  echo = engine.evaluate("(function (value) { return value })", "a.js");
  throughHost = engine.evaluate("(function (value) { return host(value) })", "a.js");
});

function roundTrips(value: string | number | Uint8Array): unknown[] {
  return [echo, throughHost].map((fn) => engine.read(engine.call(fn, [value])));
}

describe("strings as JSON texts", () => {
  const asJson = (text: string): string[] =>
    roundTrips(JSON.stringify(text)).map((json) => JSON.parse(String(json)) as string);

  test.each([
    ["NUL", "a\0b\0"],
    ["lone surrogates", "\ud800 \udc00 \udfff\ud800"],
    ["characters of four bytes", "\u{1f600}\u{10ffff}\u{10000}"],
    ["a byte order mark", "\ufeffx\ufeff"],
    ["line separators", "\u2028\u2029\u0085\r\n"],
    ["nothing", ""],
    ["5 MB", "abcd\u00e9".repeat(1_000_000)],
  ])("%s cross intact", (_, text) => {
    for (const back of asJson(text)) expect(back === text).toBe(true);
  });

  test("any text crosses intact", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        expect(asJson(text)).toEqual([text, text]);
      }),
      { numRuns: 300 },
    );
  });

  test("the guest sees the same text", () => {
    const inspect = engine.evaluate(
      "(function (json) { return JSON.parse(json).split('').map((c) => c.charCodeAt(0)).join() })",
      "a.js",
    );
    const text = "\0\ud83d\ude00\ud800\ufeff";
    expect(engine.read(engine.call(inspect, [JSON.stringify(text)]))).toBe("0,55357,56832,55296,65279");
  });

  test("code crosses intact", () => {
    expect(engine.read(engine.evaluate("'\u{1f600}\u2028\u00e9'.length", "a.js"))).toBe(4);
  });
});

test("numbers cross intact", () => {
  for (const value of [
    0,
    -0,
    1.5,
    -1,
    2 ** 31,
    2 ** 53,
    5e-324,
    1.7976931348623157e308,
    Number.NaN,
    Infinity,
    -Infinity,
  ])
    for (const back of roundTrips(value)) expect(back).toBe(value);
});

describe("byte arrays", () => {
  test.each([0, 1, 255, 65_536, 3_000_000])("%d bytes cross intact", (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) & 0xff);
    for (const back of roundTrips(bytes)) {
      expect(back).toBeInstanceOf(Uint8Array);
      expect(Buffer.compare(back as Uint8Array, bytes)).toBe(0);
    }
  });

  test("are copies: neither side sees the other's later changes", () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const keep = engine.evaluate(
      "var kept; (function (buffer) { kept = new Uint8Array(buffer); kept[0] = 9; return buffer })",
      "a.js",
    );
    const back = engine.read(engine.call(keep, [bytes])) as Uint8Array;
    expect([...bytes]).toEqual([1, 2, 3]);
    bytes[1] = 7;
    back[2] = 8;
    expect(engine.read(engine.evaluate("kept.join()", "a.js"))).toBe("9,2,3");
  });

  test("a view's own bytes alone are handed over", () => {
    const part = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
    for (const back of roundTrips(part)) expect([...(back as Uint8Array)]).toEqual([2, 3]);
  });
});

test("many values cross without the memory growing for ever", () => {
  const text = JSON.stringify("x".repeat(100_000));
  const bytes = new Uint8Array(100_000);
  for (let i = 0; i < 50; i++) roundTrips(text);
  const before = engine.memoryBytes;
  for (let i = 0; i < 1000; i++)
    for (const fn of [echo, throughHost])
      for (const value of [text, bytes]) {
        const handle = engine.call(fn, [value]);
        engine.read(handle);
        engine.release(handle);
      }
  expect(engine.memoryBytes).toBeLessThan(before + 8 * 1024 * 1024);
});
