import { expect, test } from "vitest";

import { folder, hoglet } from "./hoglet.ts";

const run = async (files: Record<string, unknown>, event: object) => {
  const root = await folder(files);
  return hoglet(["run", root, "--event", "-", "--json"], { input: JSON.stringify(event) });
};

test("npm packages that a plugin has installed are bundled into it, what plugins are provided with is not", async () => {
  const { stdout } = await run(
    {
      // Provided: the installed one must not be taken. Sloppy mode and functions without export must still work.
      "index.js": `import pad from "@x/padder"
        import fetch from "node-fetch"
        import { local } from "./local"
        function processEvent(event) { undeclared = 1; const typed: string = pad(event.event); return { typed, local, fetch: typeof fetch.isRedirect } }`,
      "local.ts": "export const local: number = 7",
      "node_modules/@x/padder/package.json": {
        name: "@x/padder",
        exports: { import: "./main.mjs" },
        dependencies: { inner: "*" },
      },
      "node_modules/@x/padder/main.mjs": `import { mark } from "inner"; export default (text) => mark + text + mark`,
      "node_modules/inner/package.json": { name: "inner", main: "index.js" },
      "node_modules/inner/index.js": `exports.mark = "*"`,
      "node_modules/node-fetch/package.json": { name: "node-fetch", main: "index.js" },
      "node_modules/node-fetch/index.js": `module.exports = "the wrong one"`,
    },
    { event: "x" },
  );
  expect(JSON.parse(stdout)).toMatchObject({ returns: [{ typed: "*x*", local: 7, fetch: "function" }] });
});

test("a throw inside of a package points into the package and at the author's call", async () => {
  const root = await folder({
    "index.ts": `import fail from "failing"\n\ninterface A {}\n\nexport const processEvent = (event: A) => fail(event)`,
    "node_modules/failing/package.json": { name: "failing" },
    "node_modules/failing/index.js": `module.exports = function fail() {\n  throw new Error("from a package")\n}`,
  });
  const { stdout } = await hoglet(["run", root, "--event", "-"], { input: "{}" });
  expect(stdout).toContain(`> 2 |   throw new Error("from a package")`);
  expect(stdout).toMatch(
    /at fail\d* \(node_modules\/failing\/index\.js:2:\d+\)\n +at processEvent \(index\.ts:5:\d+\)/,
  );
});

test("a package that does not parse is a plugin that could not be loaded", async () => {
  const { code, stdout } = await run(
    {
      "index.js": `import broken from "broken"\nbroken()\nexport const onEvent = () => 1`,
      "node_modules/broken/package.json": { name: "broken" },
      "node_modules/broken/index.js": "\nexport const (",
    },
    {},
  );
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ error: { file: "node_modules/broken/index.js", line: 2 } });
});
