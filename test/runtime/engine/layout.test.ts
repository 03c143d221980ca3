import { beforeAll, describe, expect, test } from "vitest";

import { EngineError } from "../../../runtime/engine/errors.ts";
import type { Engine } from "../../../runtime/engine/engine.ts";
import type { Value } from "../../../runtime/engine/heap.ts";
import { bootEngine, errorOf } from "../support/boot-engine.ts";

let engine: Engine;
let throughHost: Value | undefined;

beforeAll(async () => {
  engine = await bootEngine({
    onHostCall([value]) {
      throughHost = value;
      return undefined;
    },
  });
});

/** What an expression's value is on the host, read as a result and as an argument of the host's function. */
function valuesOf(expression: string): Value[] {
  const handle = engine.evaluate(`var value = (${expression}); host(value); value`, "a.js");
  const result = engine.read(handle);
  engine.release(handle);
  return [result, throughHost];
}

/** An expression for a text, made at run time: of characters by their codes. */
const codes = (text: string): string =>
  `String.fromCharCode(${Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)).join()})`;

describe("numbers", () => {
  test.each([
    ["0", 0],
    ["7", 7],
    ["-1", -1],
    ["2 ** 31 - 1", 2 ** 31 - 1],
    ["2 ** 31", 2 ** 31],
    ["-(2 ** 31)", -(2 ** 31)],
    ["-(2 ** 31) - 1", -(2 ** 31) - 1],
    ["-0", -0],
    ["0 / 0", Number.NaN],
    ["-(0 / 0)", Number.NaN],
    ["1 / 0", Infinity],
    ["-1 / 0", -Infinity],
    ["1.5", 1.5],
    ["-1.5", -1.5],
    ["0.1 + 0.2", 0.1 + 0.2],
    ["Number.MAX_VALUE", Number.MAX_VALUE],
    ["-Number.MAX_VALUE", -Number.MAX_VALUE],
    ["Number.MIN_VALUE", Number.MIN_VALUE],
    ["-Number.MIN_VALUE", -Number.MIN_VALUE],
    ["Number.MAX_SAFE_INTEGER", Number.MAX_SAFE_INTEGER],
    // A float where an int would do.
    ["new Float64Array([7])[0]", 7],
    ["1e300 * 1e-300 * 3", 1e300 * 1e-300 * 3],
  ])("%s", (expression, expected) => {
    for (const value of valuesOf(expression)) expect(value).toBe(expected);
  });

  test("NaN of any bits is NaN, and never another type", () => {
    for (const high of [0x7ff8_0000, 0x7fff_ffff, 0xfff8_0000, 0xffff_ffff, 0x7ff0_0001, 0xfff0_0001])
      for (const value of valuesOf(`new Float64Array(new Uint32Array([1, ${high}]).buffer)[0]`))
        expect(value).toBeNaN();
  });
});

test.each([
  ["true", true],
  ["false", false],
  ["null", null],
  ["undefined", undefined],
  ["({})", undefined],
  ["[1]", undefined],
  ["() => 1", undefined],
  ["Symbol('s')", undefined],
  ["1n", undefined],
  ["2n ** 100n", undefined],
])("%s", (expression, expected) => {
  for (const value of valuesOf(expression)) expect(value).toBe(expected);
});

const TEXTS: [string, string][] = [
  ["nothing", ""],
  ["one character", "a"],
  ["ASCII", "The quick brown fox"],
  ["Latin-1", "caf\u00e9 \u0080\u009f\u00ff"],
  ["long Latin-1", "caf\u00e9 \u0080\u009f\u00ff".repeat(100)],
  ["UTF-16", "\u0100\u4e2d\uffff"],
  ["pairs", "\u{1f600}\u{10ffff}"],
  ["lone halves", "\ud800 \udfff\ud800"],
  ["NUL", "a\0b\0"],
  ["NUL in UTF-16", "\0\u4e2d\0"],
  ["a byte order mark", "\ufeffx\ufeff"],
  ["the character that stands for broken ones", "\ufffd"],
  ["bytes that look like UTF-8", "\u00c3\u00a9".repeat(40)],
];

describe("texts", () => {
  test.each(TEXTS)("%s", (_, text) => {
    for (const value of valuesOf(codes(text))) expect(value).toBe(text);
  });

  test.each(TEXTS.filter(([, text]) => text.length < 200))("%s, as the key of a property", (_, text) => {
    for (const value of valuesOf(`Object.keys({ [${codes(text)}]: 1 })[0]`)) expect(value).toBe(text);
  });

  test("a number as the key of a property", () => {
    for (const value of valuesOf("Object.keys({ 7: 1, 4294967296: 2 }).join('')")) expect(value).toBe("74294967296");
    for (const value of valuesOf("Object.keys([1])[0]")) expect(value).toBe("0");
  });
});

describe("texts that are put together late", () => {
  const LONG = 9_000;

  test.each([
    ["of Latin-1", "caf\u00e9", "x"],
    ["of UTF-16", "\u4e2d", "\u0100"],
    ["of both", "\u00e9", "\u4e2d"],
    ["with NUL", "a\0b", "\0c"],
    ["with NUL in UTF-16", "\0\u4e2d", "\u4e2d\0"],
    ["with halves that meet", "\ude00\ud83d", "\ude00\ud83d"],
    ["with lone halves", "\ud800", "x\udfff"],
  ])("%s", (_, left, right) => {
    for (const value of valuesOf(`${codes(left)}.repeat(${LONG}) + ${codes(right)}.repeat(${LONG})`))
      expect(value === left.repeat(LONG) + right.repeat(LONG)).toBe(true);
  });

  test("in many steps, at both ends", () => {
    const code =
      "(() => { let s = 'm\\0'; for (let i = 0; i < 3000; i++) s = i + ',' + s + '\\u00e9' + i; return s })()";
    let expected = "m\0";
    for (let i = 0; i < 3000; i++) expected = `${i},${expected}\u00e9${i}`;
    for (const value of valuesOf(code)) expect(value === expected).toBe(true);
  });

  test("with one part in it many times over", () => {
    const code = "(() => { let s = 'ab\\0'.repeat(400); for (let i = 0; i < 10; i++) s = s + s; return s })()";
    for (const value of valuesOf(code)) expect(value === "ab\0".repeat(400 * 1024)).toBe(true);
  });

  test("stay what they are for the guest, before it reads them and after", () => {
    const code = `var late = ${codes("a\0")}.repeat(${LONG}) + "b".repeat(${LONG}); late`;
    const expected = "a\0".repeat(LONG) + "b".repeat(LONG);
    const handle = engine.evaluate(code, "a.js");
    expect(engine.read(handle) === expected).toBe(true);
    expect(engine.read(engine.evaluate("late.charCodeAt(1) + late.indexOf('bb')", "a.js"))).toBe(2 * LONG);
    expect(engine.read(handle) === expected).toBe(true);
  });

  test("that no memory could hold end the guest, not the host", async () => {
    const double = "let s = 'x'.repeat(1000); for (let i = 0; i < 18; i++) s = s + s; host(s)";
    const greedy = await bootEngine();
    const error = errorOf(() => greedy.evaluate(double, "a.js"));
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ fault: "memory" });
  });
});

test("reading a text costs fuel for each of its characters", async () => {
  const counted = await bootEngine();
  const handle = counted.evaluate("'x'.repeat(10000) + 'y'.repeat(10000)", "a.js");
  const before = counted.fuel;
  counted.read(handle);
  expect(counted.fuel - before).toBe(20_000);
});
