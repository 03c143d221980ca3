import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { ROOT, hoglet } from "./hoglet.ts";

const PLUGINS = join(ROOT, "test/plugins");

async function pluginNames(): Promise<string[]> {
  const entries = await readdir(PLUGINS, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

test("the plugins do what their cases expect", async () => {
  const plugins = await pluginNames();
  expect(plugins.length).toBeGreaterThanOrEqual(40);

  const { code, stdout } = await hoglet(["test", PLUGINS]);
  const cases = [...stdout.matchAll(/^[✓✗] ([^/]+)\/(.+)\.case\.json$/gm)];
  expect(new Set(cases.map(([, plugin]) => plugin))).toEqual(new Set(plugins));
  expect(code, stdout).toBe(0);
});

test("the table of what the plugins are there for names all of them, and no others", async () => {
  const readme = await readFile(join(PLUGINS, "README.md"), "utf8");
  const named = [...readme.matchAll(/^\|.+\| ([a-z][a-z-]*(?:, [a-z][a-z-]*)*) +\|$/gm)].flatMap(([, names = ""]) =>
    names.split(", "),
  );
  expect(new Set(named)).toEqual(new Set(await pluginNames()));
});
