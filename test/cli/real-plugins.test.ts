import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { ROOT, folder, hoglet } from "./hoglet.ts";

// Published plugins, unchanged, each with the case that says what must come of it.
const PLUGINS = [
  "geoip-plugin",
  "property-filter-plugin",
  "property-flattener-plugin",
  "semver-flattener-plugin",
  "shopify-sync-plugin",
  "user-agent-app",
];

test.each(PLUGINS)("%s does what its case expects", async (name) => {
  const root = await folder();
  await cp(join(ROOT, "node_modules/@posthog", name), root, { recursive: true });
  await cp(join(ROOT, "test/cases", `${name}.json`), join(root, "index.case.json"));
  expect(await hoglet(["test", root])).toMatchObject({ code: 0, stdout: expect.stringContaining("1 green") as string });

  const path = join(ROOT, "test/cases", `${name}.json`);
  const { code, stdout } = await hoglet(["run", root, "--case", path, "--json"]);
  const given = JSON.parse(await readFile(path, "utf8")) as { expect: { returns: unknown } };
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ setup: null, returns: given.expect.returns });
});
