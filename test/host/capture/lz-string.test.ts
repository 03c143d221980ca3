import fc from "fast-check";
import LZString from "lz-string";
import { describe, expect, test } from "vitest";
import { decompressLzString } from "../../../host/capture/lz-string.ts";
import { startCapture } from "./client.ts";

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LIMIT = 1_000_000;
const TOO_LARGE = expect.objectContaining({ status: 413 });

describe("reads what lz-string writes", () => {
  test.each([
    ["nothing", ""],
    ["one byte", "a"],
    ["one unit above a byte", "日"],
    ["a run", "a".repeat(5000)],
    ["a repeated pair", "ab".repeat(5000)],
    ["NUL", "\u0000".repeat(3)],
    ["a byte order mark", "\uFEFFx\uFEFF"],
    ["lone surrogates", "\uD800x\uDC00\uDC00"],
    ["lone surrogates in a long text", `${"x😀".repeat(20_000)}\uD800`],
    ["more characters than one dictionary growth", String.fromCharCode(...Array(5000).keys())],
    ["JSON", JSON.stringify({ event: "$pageview", properties: { text: "😀 日本" } })],
  ])("%s", (_name, text) => {
    expect(decompressLzString(LZString.compressToBase64(text), LIMIT)).toBe(text);
  });

  test("any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 500 }), (text) => {
        expect(decompressLzString(LZString.compressToBase64(text), LIMIT)).toBe(text);
      }),
    );
  });

  test("text of few characters, which repeats", () => {
    const repetitive = fc.array(fc.constantFrom("a", "b", "abab", "日"), { maxLength: 400 });
    fc.assert(
      fc.property(repetitive, (parts) => {
        const text = parts.join("");
        expect(decompressLzString(LZString.compressToBase64(text), LIMIT)).toBe(text);
      }),
    );
  });
});

describe("what lz-string does not write", () => {
  test.each([
    ["nothing", ""],
    ["no base64", "{}"],
    ["a space", "N4 A="],
    ["beyond ASCII", "N4é="],
    ["an unknown first code", "w==="],
    ["a cut text", LZString.compressToBase64("hello world").slice(0, 6)],
  ])("%s is null", (_name, text) => {
    expect(decompressLzString(text, LIMIT)).toBeNull();
  });

  // The first code is none of the two that introduce a character in the last quarter of the alphabet, where lz-string
  // writes "undefined". It also reads a little beyond the end, where it finds zeros.
  test("is text exactly when lz-string says the same", () => {
    const first = fc.constantFrom(...BASE64.slice(0, 48));
    const rest = fc.array(fc.constantFrom(...BASE64));
    fc.assert(
      fc.property(first, rest, (start, parts) => {
        const text = `${start}${parts.join("")}AAAA`;
        expect(decompressLzString(text, LIMIT) || null).toBe(theirsOrNull(text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the limit", () => {
  test("counts UTF-16 units exactly", () => {
    const text = "ab".repeat(500);
    expect(decompressLzString(LZString.compressToBase64(text), 1000)).toBe(text);
    expect(() => decompressLzString(LZString.compressToBase64(text), 999)).toThrow(TOO_LARGE);
  });

  test("the run that follows is what lz-string reads, too", () => {
    const text = run("日", 100);
    expect(decompressLzString(text, LIMIT)).toBe("日".repeat(1 + (100 * 103) / 2));
    expect(LZString.decompressFromBase64(text)).toBe("日".repeat(1 + (100 * 103) / 2));
  });

  // The end is missing: whoever decodes that far finds no LZString, not one that is too large.
  test("stops decoding", () => {
    const cut = run("a", 1000).slice(0, -4);
    expect(decompressLzString(cut, LIMIT)).toBeNull();
    expect(() => decompressLzString(cut, LIMIT / 2 - 1)).toThrow(TOO_LARGE);
  });

  test("a bomb is answered 413", async () => {
    const bomb = run(" ", 100_000);
    expect(bomb.length).toBeLessThan(300_000);
    const response = await startCapture().post(bomb, "/e/?compression=lz64");
    expect(response.status).toBe(413);
  });

  test("counts the bytes of the text, not its characters", async () => {
    const post = (codes: number) => startCapture().post(run("日", codes), "/e/?compression=lz64");
    expect((await post(4000)).status).toBe(413);
    expect((await post(3000)).status).toBe(400);
  });
});

/** lz-string throws at a code that is not there, or answers null, and the empty string for what ends too early. */
function theirsOrNull(text: string): string | null {
  try {
    return LZString.decompressFromBase64(text) || null;
  } catch {
    return null;
  }
}

/** A run of one character: each of `codes` codes names the piece that it completes, one longer than the last. */
function run(character: string, codes: number): string {
  const bits: number[] = [];
  const write = (value: number, count: number) => {
    for (let i = 0; i < count; i++) bits.push((value >> i) & 1);
  };
  write(1, 2);
  write(character.charCodeAt(0), 16);
  for (let code = 4; code < 4 + codes; code++) write(code, 32 - Math.clz32(code));
  write(2, 32 - Math.clz32(4 + codes));

  let text = "";
  for (let at = 0; at < bits.length; at += 6) {
    const value = bits.slice(at, at + 6).reduce((sum, bit, i) => sum | (bit << (5 - i)), 0);
    text += BASE64.charAt(value);
  }
  return `${text}A`;
}
