import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut, decodeUtf8, utf8Length } from "../../../host/capture/utf8.ts";

const binary = fc.string({ unit: "binary" });

/** UTF-8 of each UTF-16 unit by itself, as posthog-js wrote it until 2024. */
function cesu8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes.push(unit);
    else if (unit < 0x800) bytes.push(0xc0 | (unit >> 6), 0x80 | (unit & 63));
    else bytes.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63));
  }
  return new Uint8Array(bytes);
}

describe("decodeUtf8", () => {
  test("reads UTF-8 and CESU-8 alike", () => {
    fc.assert(
      fc.property(binary, (text) => {
        const wellFormed = text.replace(/\p{Surrogate}/gu, "\uFFFD");
        expect(decodeUtf8(new TextEncoder().encode(`x${wellFormed}`))).toBe(`x${wellFormed}`);
        expect(decodeUtf8(cesu8(`x${wellFormed}`))).toBe(`x${wellFormed}`);
      }),
    );
  });

  test("drops a byte order mark", () => {
    expect(decodeUtf8(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toBe("a");
  });

  test("replaces what is broken and keeps the rest", () => {
    expect(decodeUtf8(new Uint8Array([0x61, 0xff, 0x62]))).toBe("a\uFFFDb");
    const halves = decodeUtf8(cesu8("a\uD83Db\uDE00😀\uD83D"));
    expect(halves.replaceAll("\uFFFD", "")).toBe("ab😀");
  });

  test("takes any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeUtf8(bytes)).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });
});

test("utf8Length is what an encoder writes", () => {
  fc.assert(
    fc.property(binary, (text) => {
      expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
  expect(utf8Length("\uD800a\uDC00\uD83D")).toBe(10);
});

describe("cut", () => {
  test.each([
    ["abc", 3, "abc"],
    ["abcd", 3, "abc"],
    ["ab😀", 3, "ab"],
    ["ab😀", 4, "ab😀"],
    ["ab\uD83Dc", 3, "ab\uD83D"],
    ["ab\uDE00c", 3, "ab\uDE00"],
  ])("%j to %i is %j", (text, limit, expected) => {
    expect(cut(text, limit)).toBe(expected);
  });
});
