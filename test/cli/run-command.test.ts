import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { RunOutput } from "../../cli/run/output.ts";
import { ended, folder, hoglet, ROOT } from "./hoglet.ts";

const PLUGIN = {
  "plugin.json": {
    name: "p",
    config: [
      { key: "greeting", type: "string", default: "hello", required: true },
      { key: "other", type: "string" },
    ],
  },
  "index.js": `
    export function processEvent(event, { config }) { event.config = config; return event }
    export const onEvent = (event) => "saw " + event.event
    export const runEveryMinute = () => "ticked"
    export const jobs = { echo: (payload) => ({ payload: payload === undefined ? "none" : payload }) }`,
};
const json = ({ stdout }: { stdout: string }) => JSON.parse(stdout) as RunOutput;

describe("events", () => {
  test.each([
    ["an object", '{"event":"a"}', ["a"]],
    ["an array", '[{"event":"a"},{"event":"b"}]', ["a", "b"]],
    ["lines", '{"event":"a"}\n\n{"event":"b"}\r\n', ["a", "b"]],
    ["a byte order mark", '\uFEFF{"event":"a"}', ["a"]],
  ])("come from a file or the standard input as %s", async (_what, text, names) => {
    const root = await folder({ ...PLUGIN, "events.json": text });
    const fromFile = await hoglet(["run", ".", "--event", "events.json", "--call", "onEvent", "--json"], { cwd: root });
    const fromInput = await hoglet(["run", root, "--event", "-", "--call", "onEvent", "--json"], { input: text });
    expect(json(fromFile).returns).toEqual(names.map((name) => `saw ${name}`));
    expect(json(fromInput).returns).toEqual(names.map((name) => `saw ${name}`));
  });

  test("that are no JSON are bad usage, with the line", async () => {
    const root = await folder(PLUGIN);
    const { code, stderr, stdout } = await hoglet(["run", root, "--event", "-"], { input: '{"event":"a"}\n{oops\n' });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("the standard input: line 2 is not valid JSON");
  });

  test.each([
    ["5", "5 is not an event"],
    ["null", "null is not an event"],
    ['"text"', '"text" is not an event'],
    ['[{"event":"a"},7]', "element 2 of the array is not an event"],
    ['{"event":"a"}\n[]', "[] is not an event"],
    ["[]", "holds no event"],
  ])("that are no objects are bad usage: %s", async (input, says) => {
    const root = await folder(PLUGIN);
    const { code, stderr, stdout } = await hoglet(["run", root, "--event", "-"], { input });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`hoglet run: the standard input`);
    expect(stderr).toContain(says);
    if (!says.includes("no event"))
      expect(stderr).toContain("an object, an array of objects, or an object on each line");
  });

  test("are handed over as they are written", async () => {
    const root = await folder({ "index.js": "export const processEvent = (event) => event" });
    const event = '{"b":1,"a":[],"nested":{"z":null,"__proto__":1},"lone":"\\ud800"}';
    const { stdout } = await hoglet(["run", root, "--event", "-", "--json"], { input: event });
    expect(stdout).toContain(`"returns":[${event}]`);
  });
});

describe("calls", () => {
  test("of tasks and jobs", async () => {
    const root = await folder({ ...PLUGIN, "payload.json": "[1]" });
    const run = async (...args: string[]) => json(await hoglet(["run", root, "--json", ...args]));
    expect((await run("--call", "runEveryMinute")).returns).toEqual(["ticked"]);
    expect((await run("--call", "jobs.echo", "--payload", join(root, "payload.json"))).returns).toEqual([
      { payload: [1] },
    ]);
    const { returns, outcomes } = await run("--call", "jobs.echo");
    expect(returns).toEqual([{ payload: "none" }]);
    expect(outcomes).toMatchObject([{ function: "jobs.echo", kind: "ok" }]);
  });

  test("of a function that the plugin does not have are outcomes that say what it has", async () => {
    const root = await folder(PLUGIN);
    const { throws, outcomes } = json(
      await hoglet(["run", root, "--call", "onSnapshot", "--event", "-", "--json"], { input: "{}" }),
    );
    expect(throws[0]).toBe(
      'TypeError: the plugin has no onSnapshot; it has processEvent, onEvent, runEveryMinute: name one with --call, or as the "method" of a case',
    );
    expect(outcomes[0]).toMatchObject({ function: "onSnapshot", kind: "threw" });
  });
});

test("a run without events says what it calls, and how to have it call more", async () => {
  const { code, stderr } = await hoglet(["run", await folder(PLUGIN), "--json"]);
  expect([code, stderr]).toEqual([
    0,
    "note: nothing but setupPlugin is called; give events with --event FILE, or name a function with --call NAME\n",
  ]);
});

describe("config", () => {
  test("has the defaults of plugin.json merged in, unless a case has its own", async () => {
    const root = await folder({
      ...PLUGIN,
      "config.json": { other: "x" },
      "own.json": { config: { other: "case" }, events: [{}] },
      "none.json": { events: [{}] },
    });
    const configOf = async (...args: string[]) =>
      json(await hoglet(["run", ".", "--json", ...args], { cwd: root, input: "{}" })).returns[0];
    expect(await configOf("--event", "-")).toEqual({ config: { greeting: "hello" } });
    expect(await configOf("--event", "-", "--config", "config.json")).toEqual({
      config: { greeting: "hello", other: "x" },
    });
    expect(await configOf("--case", "own.json")).toEqual({ config: { other: "case" } });
    expect(await configOf("--case", "none.json")).toEqual({ config: { greeting: "hello" } });
    expect(await configOf("--case", "own.json", "--config", "config.json")).toEqual({
      config: { greeting: "hello", other: "x" },
    });
  });
});

test("attachments get their type from the extension", async () => {
  const root = await folder({
    "index.js": `export const processEvent = (_, { attachments: { a, b } }) => ({ a: [a.content_type, a.file_name, String(a.contents)], b: b.content_type })`,
    "data.csv": "1,2",
    "data.mmdb": "x",
  });
  const args = ["run", ".", "--attach", "a=data.csv", "--attach", "b=data.mmdb", "--event", "-", "--json"];
  expect(json(await hoglet(args, { cwd: root, input: "{}" })).returns).toEqual([
    { a: ["text/csv", "data.csv", "1,2"], b: "application/octet-stream" },
  ]);
});

test("the entry is plugin.json's main, the file that is named, or the case's entryFile", async () => {
  const says = (word: string) => `export const processEvent = () => ({ from: "${word}" })`;
  const root = await folder({
    "plugin.json": { name: "p", main: "src/main.ts" },
    "package.json": { main: "wrong.js" },
    "src/main.ts": says("main"),
    "other.js": says("other"),
    "case.json": { entryFile: "other.js", events: [{}] },
  });
  const from = async (plugin: string, ...args: string[]) =>
    json(await hoglet(["run", join(root, plugin), "--json", ...args], { input: "{}" })).returns;
  expect(await from(".", "--event", "-")).toEqual([{ from: "main" }]);
  expect(await from("other.js", "--event", "-")).toEqual([{ from: "other" }]);
  expect(await from(".", "--case", join(root, "case.json"))).toEqual([{ from: "other" }]);
});

describe("exit codes", () => {
  test.each([
    ["no plugin", ["run"]],
    ["two plugins", ["run", "a", "b"]],
    ["an unknown option", ["run", ".", "--nope"]],
    ["an option without its value", ["run", ".", "--case"]],
    ["an unknown function", ["run", ".", "--call", "processEvnt"]],
    ["events for a case", ["run", ".", "--case", "case.json", "--event", "-"]],
    ["recording a case", ["run", ".", "--case", "case.json", "--record", "new.json"]],
    ["a payload without a job", ["run", ".", "--payload", "case.json"]],
    ["a function without its events", ["run", ".", "--call", "onEvent"]],
    ["a case that is not there", ["run", ".", "--case", "missing.json"]],
    ["a case that is no JSON", ["run", ".", "--case", "index.js"]],
    ["a case that is no case", ["run", ".", "--case", "bad.json"]],
    ["a time zone that there is not", ["run", ".", "--case", "zone.json"]],
    ["a config that is no object", ["run", ".", "--config", "list.json"]],
    ["an attachment without a key", ["run", ".", "--attach", "case.json"]],
    ["an unknown capability", ["run", ".", "--allow-everything"]],
    ["a host with a path", ["run", ".", "--allow-fetch=https://x.com/"]],
    ["a folder to test that is none", ["test", "index.js"]],
    ["a folder without cases", ["test", "."]],
    ["no command", []],
    ["an unknown command", ["fly"]],
  ])("2 for %s, and nothing on the standard output", async (_what, args) => {
    const root = await folder({
      ...PLUGIN,
      "case.json": { events: [{}] },
      "bad.json": { events: 7, calls: [{ method: "fly" }, {}], mockFetch: [{}] },
      "zone.json": { env: { tz: "Mars/Olympus" }, events: [{}] },
      "list.json": [],
    });
    const { code, stdout, stderr } = await hoglet(args, { cwd: root });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^hoglet/);
  });

  test.each([
    [["run", ".", "--nope"], "hoglet run: there is no option --nope; hoglet run --help lists the options\n"],
    [["push", ".", "--nope=1"], "hoglet push: there is no option --nope; hoglet push --help lists the options\n"],
    [["run", ".", "--event"], "hoglet run: --event needs a value; hoglet run --help lists the options\n"],
    [["test", ".", "--watch=1"], "hoglet test: --watch takes no value; hoglet test --help lists the options\n"],
  ])("a wrong option is named, with where the right ones are: %j", async (args, says) => {
    expect((await hoglet(args)).stderr).toBe(says);
  });

  test("a case that is no case is told place by place", async () => {
    const root = await folder({
      ...PLUGIN,
      "bad.json": { events: 7, calls: [{ method: "fly" }, {}], mockFetch: [{}] },
    });
    const { stderr } = await hoglet(["run", ".", "--case", "bad.json"], { cwd: root });
    expect(stderr).toContain("events: must be a list");
    expect(stderr).toContain("calls[0].method: is not a function of plugins; there are setupPlugin,");
    expect(stderr).toContain('calls[1]: must have either a "method" or a "job"');
    expect(stderr).toContain("mockFetch[0].url: must be text");
  });

  test("0 when the plugin ran, whatever it did", async () => {
    const root = await folder({ "index.js": `exports.processEvent = () => { throw new Error("x") }` });
    expect((await hoglet(["run", root, "--event", "-"], { input: "{}" })).code).toBe(0);
    expect((await hoglet(["run", root])).code).toBe(0);
  });

  test.each([
    ["is not there", {}, "gone", {}],
    ["has no entry", { "readme.md": "x" }, ".", {}],
    ["has a bad plugin.json", { "plugin.json": "{", "index.js": "" }, ".", { file: "plugin.json" }],
    ["does not parse", { "index.js": "\nexport function (" }, ".", { file: "index.js", line: 2 }],
    [
      "throws when it is loaded",
      { "index.ts": "type A = 1\n\nthrow new Error('at once')" },
      ".",
      { file: "index.ts", line: 3 },
    ],
    ["imports what there is not", { "index.js": "import x from 'kea'\nx()" }, ".", { file: "index.js", line: 1 }],
    ["has no function", { "index.js": "const processEvent = (event) => event" }, ".", {}],
    ["runs for ever when it is loaded", { "index.js": "for (;;);" }, ".", {}],
  ])("1 for a plugin that %s, with the place", async (_what, files, path, place) => {
    const root = await folder(files);
    const { code, stdout } = await hoglet(["run", join(root, path), "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ error: { message: expect.any(String) as string, ...place } });
    const readable = await hoglet(["run", join(root, path)]);
    expect(readable).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/./) as string });
  });
});

describe("help and version", () => {
  const version = ended("node", ["-p", "require('./package.json').version"], { cwd: ROOT });

  test.each([[["--help"]], [["-h"]], [["help"]]])("%j", async (args) => {
    const { code, stdout } = await hoglet(args);
    expect(code).toBe(0);
    for (const command of ["run", "test", "new", "push"]) expect(stdout).toContain(`hoglet ${command} `);
  });

  test.each(["run", "test", "new", "push"])("of %s", async (command) => {
    const help = await hoglet([command, "--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toMatch(new RegExp(`^hoglet ${command} `));
    expect(await hoglet([command, "--version"])).toMatchObject({ code: 0, stdout: (await version).stdout });
  });

  test("--version", async () => {
    expect((await hoglet(["--version"])).stdout).toBe((await version).stdout);
  });
});

test("npm run hoglet takes paths from where they were typed", async () => {
  const root = await folder(PLUGIN);
  const args = [
    "--prefix",
    ROOT,
    "run",
    "--silent",
    "hoglet",
    "--",
    "run",
    ".",
    "--event",
    "-",
    "--call",
    "onEvent",
    "--json",
  ];
  const { stdout, code } = await ended("npm", args, { cwd: root, input: '{"event":"a"}' });
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as RunOutput).returns).toEqual(["saw a"]);
});

describe("functions that are called after the plugins", () => {
  const AFTER = {
    "plugin.json": { name: "after" },
    "index.js": `
      const names = (events) => events.map(({ event }) => event).join(" ")
      export const processEventBatch = (events) => events.filter(({ event }) => event !== "b")
      export const onEvent = ({ event }) => "on " + event
      export const onSnapshot = ({ event }) => "snapshot " + event
      export const exportEvents = (events) => "exported " + names(events)
      export const composeWebhook = ({ event, timestamp }) =>
        event === "b" ? null : { url: "https://hooks.test/" + timestamp.getUTCFullYear(), body: event }
      export const getSettings = () => ({ handlesLargeBatches: true })`,
    "events.json": ["a", "b"].map((event) => ({ event, timestamp: "2020-01-01T00:00:00Z" })),
  };
  const EVENTS = ["--event", "events.json"];

  test.each([
    ["processEventBatch", EVENTS, [[AFTER["events.json"][0]]]],
    ["onEvent", EVENTS, ["on a", "on b"]],
    ["onSnapshot", EVENTS, ["snapshot a", "snapshot b"]],
    ["exportEvents", EVENTS, ["exported a b"]],
    ["composeWebhook", EVENTS, [{ url: "https://hooks.test/2020", body: "a" }, null]],
    ["getSettings", [], [{ handlesLargeBatches: true }]],
  ])("%s can be run", async (name, more, returns) => {
    const root = await folder(AFTER);
    const ran = await hoglet(["run", ".", "--call", name, ...more, "--json"], { cwd: root });
    expect(json(ran).returns).toEqual(returns);
    expect(json(ran).outcomes.map(({ kind }) => kind)).toEqual(returns.map(() => "ok"));
  });
});
