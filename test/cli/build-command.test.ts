import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { folder, hoglet } from "./hoglet.ts";

const PACKAGES = {
  "node_modules/@x/padder/package.json": { name: "@x/padder", main: "main.js" },
  "node_modules/@x/padder/main.js":
    "const { mark } = require('./data.json'); require('events'); module.exports = (text) => mark + text + mark",
  "node_modules/@x/padder/data.json": { mark: "*" },
};
const PLUGIN = {
  "plugin.json": { name: "Mine", main: "src/main.ts", config: [{ key: "k", type: "string" }] },
  "src/main.ts": `import data from "./data.json"
    import pad from "@x/padder"
    import { createHash } from "crypto"
    import type { Client } from "pg"
    export function processEvent(event) { undeclared = 1; return { ...event, text: pad(data.text), hash: createHash("md5").update("x").digest("hex").slice(0, 4) } }`,
  "src/data.json": { text: "t" },
};
const RETURNS = { returns: [{ event: "e", text: "*t*", hash: "9dd4" }] };

const run = async (path: string) => {
  const { stdout } = await hoglet(["run", path, "--event", "-", "--json"], { input: JSON.stringify({ event: "e" }) });
  return JSON.parse(stdout) as unknown;
};

test("writes a folder that runs as it is, without the packages", async () => {
  const root = await folder({ ...PLUGIN, ...PACKAGES });
  const out = await folder();
  const { code, stdout } = await hoglet(["build", root, "--out", out]);
  expect([code, stdout]).toEqual([0, `+ ${join(out, "plugin.json")}\n+ ${join(out, "index.js")}\n`]);
  expect(JSON.parse(await readFile(join(out, "plugin.json"), "utf8"))).toEqual({
    ...PLUGIN["plugin.json"],
    main: "index.js",
  });
  expect(await run(out)).toMatchObject(RETURNS);
});

test("writes into dist of the plugin's folder, or the code alone into a file", async () => {
  const root = await folder({ ...PLUGIN, ...PACKAGES });
  const file = join(await folder(), "new/plugin.js");
  expect((await hoglet(["build", root, "--out", file])).code).toBe(0);
  expect(await run(file)).toMatchObject(RETURNS);
  expect((await hoglet(["build", root])).code).toBe(0);
  expect(await run(join(root, "dist"))).toMatchObject(RETURNS);
});

test("links a plugin of several files that uses no package", async () => {
  const root = await folder({
    "index.js": "import { a } from './lib'\nexport const processEvent = (event) => ({ ...event, a })",
    "lib.ts": "export const a: number = 5",
  });
  const out = await folder();
  expect((await hoglet(["build", root, "--out", out])).code).toBe(0);
  expect(await run(out)).toMatchObject({ returns: [{ event: "e", a: 5 }] });
});

test("a driver is an error, also one that a package brings along", async () => {
  const own = await folder({ "index.js": "\nimport { Client } from 'pg'\nexport const onEvent = () => new Client()" });
  const { code, stderr } = await hoglet(["build", own]);
  expect(code).toBe(1);
  expect(stderr).toContain("index.js: Cannot import 'pg'! This package is not provided by PostHog in plugins.");
  expect(stderr).toContain("> 2 | import { Client } from 'pg'");

  const inPackage = await folder({
    "index.js": "import orm from 'orm'\nexport const onEvent = () => orm",
    "node_modules/orm/package.json": { name: "orm" },
    "node_modules/orm/index.js": "\n\nmodule.exports = require('pg')",
  });
  const failed = await hoglet(["build", inPackage]);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/node_modules\/orm\/index\.js: Cannot import 'pg'!.*PostgREST/);
  expect(failed.stderr).toContain("> 3 | module.exports = require('pg')");
});

test.each([
  [
    "imports a package that is not installed",
    "\nimport pad from 'padder'\nexport const onEvent = () => pad()",
    /Cannot import 'padder'!.*Install it with npm in the plugin's folder[^]*> 2 \| import pad from 'padder'/,
  ],
  ["throws", "\nthrow new Error('no')", /Error: no[^]*> 2 \| throw new Error\('no'\)/],
  ["has nothing to call", "export const helper = () => 1", /index\.js: has no function that Hoglet calls/],
])("writes nothing of a plugin that no server takes, because it %s", async (_why, source, says) => {
  const root = await folder({ "index.js": source });
  const { code, stderr, stdout } = await hoglet(["build", root]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(says);
});

test.each([
  [["build"], "name one plugin's folder"],
  [["build", "a", "b"], "name one plugin's folder"],
  [["build", "--nonsense"], "there is no option --nonsense"],
])("%j is bad usage", async (args, message) => {
  const { code, stderr } = await hoglet(args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test("does not write over the plugin itself", async () => {
  const root = await folder(PLUGIN);
  const { code, stderr } = await hoglet(["build", root, "--out", root]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("is the plugin's own folder")]);
});
