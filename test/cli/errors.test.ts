import { expect, test } from "vitest";

import { folder, hoglet } from "./hoglet.ts";

const shown = async (files: Record<string, string>, event: object) => {
  const root = await folder(files);
  const { stdout, stderr } = await hoglet(["run", ".", "--event", "-"], { cwd: root, input: JSON.stringify(event) });
  return stdout + stderr;
};

const TYPED = `import type { PluginEvent } from "@posthog/plugin-scaffold"

interface Options {
  deep: { value: string }
}

const read = (options: Options | undefined): string => {
  // the next line throws
  return options!.deep.value
}

export async function processEvent(event: PluginEvent): Promise<PluginEvent> {
  if (event.event === "async") {
    await Promise.resolve()
    read(undefined)
  }
  event.properties = { value: read(event.options as Options) }
  return event
}
`;

test.each(["sync", "async"])("a throw points at the author's own line, in %s code", async (event) => {
  const output = await shown({ "index.ts": TYPED }, { event });
  expect(output).toContain("TypeError: cannot read property 'deep' of undefined");
  expect(output).toMatch(/at read \(index\.ts:9:\d+\)/);
  expect(output).toMatch(
    event === "sync" ? /at processEvent \(index\.ts:17:\d+\)/ : /at processEvent \(index\.ts:15:\d+\)/,
  );
  expect(output).toMatch(/^ {2}> {2}9 \| {3}return options!\.deep\.value\n {7}\| +\^$/m);
  expect(output).toContain("     8 |   // the next line throws");
});

test("a throw in another file points there", async () => {
  const files = {
    "index.js": `import { check } from "./lib/check"\n\nexport function processEvent(event) {\n  check(event)\n}`,
    "lib/check.ts": `type Checked = object\n\nexport function check(event: Checked) {\n  throw new RangeError("not in range")\n}`,
  };
  const output = await shown(files, {});
  expect(output).toMatch(/at check \(lib\/check\.ts:4:\d+\)\n +at processEvent \(index\.js:4:\d+\)/);
  expect(output).toContain('> 4 |   throw new RangeError("not in range")');
});

test("a throw in setupPlugin and in a job points there too", async () => {
  const setup = await shown({ "index.js": `\nexport function setupPlugin() {\n  missing()\n}` }, {});
  expect(setup).toContain("> 3 |   missing()");
  const job = await shown(
    {
      "index.js": `export const jobs = {\n  j() { missing() },\n}\nexport const processEvent = (e, { jobs }) => jobs.j().runNow()`,
    },
    {},
  );
  expect(job).toContain("jobs.j, queued with runNow");
  expect(job).toContain("> 2 |   j() { missing() },");
});

test.each([
  [
    "a syntax error",
    "const a = 1\n\nexport function processEvent(event {\n}",
    /index\.ts:.*\(3:36\)/,
    "> 3 | export function processEvent(event {",
  ],
  ["a throw at the top level", "const a = 1\n\nmissing.call()", /ReferenceError/, "> 3 | missing.call()"],
  [
    "an import that there is not",
    `const a = 1\nimport kea from "kea"\nkea()`,
    /Cannot import 'kea'!/,
    `> 2 | import kea from "kea"`,
  ],
])("%s is shown with its lines", async (_what, source, message, line) => {
  const output = await shown({ "index.ts": source }, {});
  expect(output).toMatch(message);
  expect(output).toContain(line);
  expect(output).toMatch(/^ +\| +\^/m);
});

test("a run is shown for a person", async () => {
  const source = `export async function processEvent(event, { cache, jobs }) {
      console.warn("careful", { a: 1 })
      await fetch("https://x.com/").catch(() => undefined)
      await posthog.capture("made", { n: 1 })
      await cache.incr("n")
      if (event.event === "spam") throw new DropEvent("it is spam")
      delete event.ip
      event.properties.added = [1]
      event.properties.page = "/new"
      return event
    }`;
  const root = await folder({ "index.js": source, "plugin.json": { name: "my plugin" } });
  const events = [{ event: "pageview", ip: "1.2.3.4", properties: { page: "/" } }, { event: "spam" }];
  const input = JSON.stringify(events);
  const { stdout } = await hoglet(["run", root, "--event", "-", "--offline"], { input });
  expect(stdout).toContain("my plugin index.js with processEvent");
  expect(stdout).toMatch(/processEvent "pageview" ok [\d,]+ fuel/);
  expect(stdout).toContain('  - ip: "1.2.3.4"\n');
  expect(stdout).toContain("  + properties.added: [1]\n");
  expect(stdout).toContain('  ~ properties.page: "/" -> "/new"\n');
  expect(stdout).toContain('processEvent "spam" dropped: it is spam');
  expect(stdout).toContain('logs\n  warn  careful {"a":1}\n');
  expect(stdout).toContain("fetches\n  GET https://x.com/ failed\n");
  expect(stdout).toContain('captures\n  made {"n":1}\n');
  expect(stdout).toContain("cache\n  n: 2\n");
  expect(stdout).toMatch(/[\d,]+ fuel, [\d.]+ MiB\n$/);
  expect(stdout).not.toContain("\u001b[");
  const coloured = await hoglet(["run", root, "--event", "-", "--offline"], { input, env: { FORCE_COLOR: "1" } });
  expect(coloured.stdout).toContain("\u001b[32m+ properties.added");
});

test("the lines of a function that calls itself are said once", async () => {
  const deep = `const deeper = (n) => {\n  if (n === 0) throw new Error("bottom")\n  deeper(n - 1)\n}\nexport const processEvent = (event) => deeper(event.n)`;
  const output = await shown({ "index.js": deep }, { n: 20 });
  expect(output).toMatch(
    /at deeper \(index\.js:2:\d+\)\n +at deeper \(index\.js:3:\d+\)\n +\.\.\. 19 more\n +at processEvent/,
  );
  const shallow = await shown({ "index.js": deep }, { n: 2 });
  expect(shallow).toMatch(/(?: +at deeper \(index\.js:3:\d+\)\n){2} +at processEvent/);
});
