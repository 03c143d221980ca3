import { describe, expect, test } from "vitest";
import { checkFiles, fileText, sourceTexts } from "../../../host/plugins/plugin-files.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("limits", () => {
  test("count and size", () => {
    const files = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, bytes("ab")]));
    expect(checkFiles(files)).toBe(2000);
    expect(() => checkFiles({ ...files, more: bytes("") })).toThrow("The plugin has 1001 files; at most 1000");
    const half = new Uint8Array(5 * 1024 * 1024);
    expect(checkFiles({ a: half, b: half })).toBe(10_485_760);
    expect(() => checkFiles({ a: half, b: half, c: bytes("x") })).toThrow("The plugin has 10485761 bytes");
  });
});

describe("paths", () => {
  test.each([
    "/etc/passwd",
    "../x",
    "a/../b",
    "a/..",
    "..",
    "a\\b",
    "a\0b",
    "C:/x",
    "c:x",
    "a//b",
    "a/",
    "./a",
    "",
    "x".repeat(401),
  ])("%j is refused", (path) => {
    expect(() => checkFiles({ "ok.js": bytes(""), [path]: bytes("") })).toThrow(/the path (is|contains|has) /);
  });

  test.each(["index.ts", "dist/index.js", ".github/workflows/ci.yml", "a..b", "...", "ünïcode ☃", "__proto__"])(
    "%j is fine",
    (path) => {
      expect(checkFiles({ [path]: bytes("x") })).toBe(1);
    },
  );
});

describe("text", () => {
  test("is taken from files that can be code, without byte order mark", () => {
    const texts = sourceTexts(
      {
        main: bytes("\uFEFFa"),
        "b.ts": bytes("b"),
        "c.json": bytes("{}"),
        "d.mjs": bytes("d"),
        "logo.png": bytes("png"),
        "e.js": new Uint8Array([0xff, 0xfe]),
      },
      "main",
    );
    expect(texts).toEqual({ main: "a", "b.ts": "b", "c.json": "{}", "d.mjs": "d" });
  });

  test("of one file is required to be UTF-8", () => {
    const files = { "a.js": new Uint8Array([0x61, 0xff]), "b.js": bytes("ü") };
    expect(fileText(files, "b.js")).toBe("ü");
    expect(fileText(files, "c.js")).toBeNull();
    expect(fileText(files, "constructor")).toBeNull();
    expect(() => fileText(files, "a.js")).toThrow("a.js: is not UTF-8 text; save it as UTF-8");
  });
});
