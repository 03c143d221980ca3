import { expect, test } from "vitest";
import { findEntry } from "../../../host/plugins/entry.ts";

test.each([
  [["index.js", "index.ts", "main.ts"], "main.ts", "main.ts"],
  [["index.js", "index.ts"], null, "index.js"],
  [["index.ts", "package.json"], null, "index.ts"],
  [["dist/index.js"], "./dist/index.js", "dist/index.js"],
  [["dist/index.js"], "/dist/index.js", "dist/index.js"],
])("of %j with main %s", (paths, main, entry) => {
  expect(findEntry(paths, main)).toBe(entry);
});

test("a main that is missing is named, with what there is", () => {
  expect(() => findEntry(["index.ts", "plugin.json"], "dist/index.js")).toThrow(
    'plugin.json names main "dist/index.js", and there is no such file; build the plugin before installing it, or correct main. Files: index.ts, plugin.json',
  );
});

test("without main there must be an index file at the root", () => {
  const many = Array.from({ length: 12 }, (_, i) => `src/f${String(i).padStart(2, "0")}.ts`);
  expect(() => findEntry(["src/index.ts"], null)).toThrow(/^Could not find main file index.js or index.ts; add one/);
  expect(() => findEntry(many, null)).toThrow(/src\/f09\.ts and 2 more$/);
});
