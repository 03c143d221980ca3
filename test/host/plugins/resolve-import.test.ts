import { expect, test } from "vitest";
import { resolveImport } from "../../../host/plugins/resolve-import.ts";

const paths = ["index.ts", "a.js", "a.ts", "b.ts", "lib/index.js", "lib/c.json", "lib.d/x.ts", "m.mts", "data"];
const files = Object.fromEntries(paths.map((path) => [path, ""]));

test.each([
  ["./a", "index.ts", "a.ts"],
  ["./a.js", "index.ts", "a.js"],
  ["./b.js", "index.ts", "b.ts"],
  ["./m.mjs", "index.ts", "m.mts"],
  ["./data", "index.ts", "data"],
  ["./lib", "index.ts", "lib/index.js"],
  ["./lib/", "index.ts", "lib/index.js"],
  [".", "lib/c.json", "lib/index.js"],
  ["..", "lib/index.js", "index.ts"],
  ["../a", "lib/index.js", "a.ts"],
  ["./../lib/./c.json", "lib/index.js", "lib/c.json"],
  ["../index", "lib.d/x.ts", "index.ts"],
])("%s from %s is %s", (specifier, from, expected) => {
  expect(resolveImport(specifier, from, files)).toBe(expected);
});

test.each([
  ["a", "index.ts"],
  ["/a", "index.ts"],
  [".a", "index.ts"],
  ["...", "index.ts"],
  ["../a", "index.ts"],
  ["../../a", "lib/index.js"],
  ["./nothing", "index.ts"],
  ["./constructor", "index.ts"],
])("%s from %s is nothing", (specifier, from) => {
  expect(resolveImport(specifier, from, files)).toBeNull();
});
