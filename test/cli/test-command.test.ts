import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { HOGLET, NODE, folder, hoglet, write } from "./hoglet.ts";

const PLUGIN = `export async function processEvent(event, { cache, storage }) {
  console.log("saw", event.event)
  await cache.set("last", event.event, 60)
  await storage.set("any", true)
  await fetch("https://x.com/", { method: "POST", headers: { A: "b" }, body: JSON.stringify({ n: 1 }) })
  await posthog.capture("made", { from: event.event })
  if (event.event === "bad") throw new Error("no bad ones")
  if (event.event === "spam") throw new DropEvent("spam")
  return { ...event, seen: true }
}`;
const MOCK = [{ url: "https://x.com/", status: 204 }];
const REQUEST = { method: "POST", url: "https://x.com/", bodyJson: { n: 1 } };

const plugin = (cases: Record<string, unknown>) =>
  folder({ "plugin.json": { name: "p" }, "index.ts": PLUGIN, ...cases });
const one = (returns: unknown) => ({
  mockFetch: MOCK,
  events: [{ event: "a" }],
  expect: { returns: [returns], fetch: [REQUEST], capture: [{ event: "made" }] },
});

test("runs every case below the folder, also of plugins in it, but not of packages", async () => {
  const root = await plugin({
    "a.case.json": one({ event: "a", seen: true }),
    "test/b.case.json": one({ event: "a", seen: true }),
    "inner/plugin.json": { name: "inner" },
    "inner/index.js": "export const processEvent = () => ({ inner: true })",
    "inner/c.case.json": { events: [{}], expect: { returns: [{ inner: true }] } },
    "node_modules/x/d.case.json": "broken",
    ".hidden/e.case.json": "broken",
  });
  const { code, stdout } = await hoglet(["test", root]);
  expect(stdout).toContain("✓ a.case.json\n✓ inner/c.case.json\n✓ test/b.case.json\n\n3 green\n");
  expect(code).toBe(0);
});

test("runs the cases of several plugins that are code alone, each with its own", async () => {
  const of = (name: string) => ({ events: [{}], expect: { returns: [{ name }] } });
  const root = await folder({
    "one/index.js": "export const processEvent = () => ({ name: 'one' })",
    "one/x.case.json": of("one"),
    "two/index.ts": "export const processEvent = () => ({ name: 'two' })",
    "two/cases/x.case.json": of("two"),
    "three/plugin.json": { name: "three", main: "src/main.js" },
    "three/src/main.js": "export const processEvent = () => ({ name: 'three' })",
    "three/src/index.js": "",
    "three/src/x.case.json": of("three"),
  });
  const { code, stdout } = await hoglet(["test", `${root}/`]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("3 green")]);
});

test("shows place by place what is not as expected", async () => {
  const root = await plugin({
    "a.case.json": one({ event: "a", seen: false, extra: 1 }),
    "b.case.json": one({ event: "a", seen: true }),
  });
  const { code, stdout } = await hoglet(["test", root]);
  expect(code).toBe(1);
  expect(stdout).toContain("✗ a.case.json");
  expect(stdout).toMatch(/returns\[0\]\.seen\s+expected: false\s+received: true/);
  expect(stdout).toMatch(/returns\[0\]\.extra\s+expected: 1\s+received: \(nothing\)/);
  expect(stdout).toContain("1 green, 1 red");
});

test.each([
  ["a case that is no case", { "a.case.json": { events: 7 } }, "events: must be a list"],
  ["a case without an expect", { "a.case.json": { events: [] } }, "nothing is expected yet"],
  [
    "a plugin that cannot be loaded",
    { "a.case.json": { expect: {} }, "index.ts": "export const (" },
    "> 1 | export const (",
  ],
])("%s is red", async (_what, files, says) => {
  const root = await plugin(files);
  const { code, stdout } = await hoglet(["test", root]);
  expect(code).toBe(1);
  expect(stdout).toContain(says);
});

test("tells of jobs with runNow that failed, which no output has a place for", async () => {
  const source = `export const jobs = { break: () => { throw new Error("broken job") } }
    export const processEvent = async (event, { jobs }) => { await jobs.break().runNow() }`;
  const given = { events: [{}], expect: { returns: [null], jobs: [{ name: "break", when: "now" }] } };
  const root = await folder({ "index.js": source, "a.case.json": given });
  const { code, stdout } = await hoglet(["test", root]);
  expect(code).toBe(0);
  expect(stdout).toContain("jobs.break, queued with runNow, ended as threw: Error: broken job");
  const { stderr } = await hoglet(["run", root, "--case", join(root, "a.case.json"), "--json"]);
  expect(stderr).toContain("broken job");
});

describe("--update", () => {
  test("writes what happens into the cases that are not as expected, and only into them", async () => {
    const green = JSON.stringify(one({ event: "a", seen: true }));
    const events = ["a", "bad", "spam"].map((event) => ({ event }));
    const root = await plugin({
      "green.case.json": green,
      "new.case.json": { note: "kept", mockFetch: MOCK, events },
    });
    const updated = await hoglet(["test", root, "--update"]);
    expect(updated.stdout).toContain("1 green, 1 updated");
    expect(updated.code).toBe(0);

    expect(await readFile(join(root, "green.case.json"), "utf8")).toBe(green);
    const written = JSON.parse(await readFile(join(root, "new.case.json"), "utf8")) as object;
    const request = { method: "POST", url: "https://x.com/", headers: { A: "b" }, bodyJson: { n: 1 } };
    expect(written).toEqual({
      note: "kept",
      mockFetch: MOCK,
      events,
      expect: {
        returns: [{ event: "a", seen: true }, null, null],
        throws: [null, "Error: no bad ones", "DropEvent: spam"],
        outcomes: [
          { function: "processEvent", kind: "ok" },
          { function: "processEvent", kind: "threw" },
          { function: "processEvent", kind: "dropped", reason: "spam" },
        ],
        fetch: [request, request, request],
        capture: events.map(({ event }) => ({ event: "made", properties: { from: event } })),
        storage: { any: true },
        cache: { last: "spam" },
        cacheTtl: { last: 60 },
        logs: events.map(({ event }) => ({ level: "log", contains: `saw ${event}` })),
      },
    });
    expect(await hoglet(["test", root])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("2 green") as string,
    });
  });

  test("leaves what holds as the author wrote it, and adds only what would be missed", async () => {
    const events = ["a", "bad"].map((event) => ({ event }));
    const wanted = {
      retruns: [],
      returns: [{ event: "a", seen: false }, null],
      throws: [null, "no bad ones"],
      logs: [{ level: "log", contains: "saw" }],
      cache: { last: "a" },
      capture: [{ event: "made" }, { event: "made", properties: { from: "bad" } }],
    };
    const root = await plugin({ "red.case.json": { mockFetch: MOCK, events, expect: wanted } });
    expect((await hoglet(["test", root, "--update"])).stdout).toContain("1 updated");
    const { retruns: _unknown, ...known } = wanted;
    const written = JSON.parse(await readFile(join(root, "red.case.json"), "utf8")) as { expect: object };
    expect(written.expect).toEqual({
      ...known,
      returns: [{ event: "a", seen: true }, null],
      cache: { last: "bad" },
      fetch: [
        { ...REQUEST, headers: { A: "b" } },
        { ...REQUEST, headers: { A: "b" } },
      ],
    });
    expect(Object.keys(written.expect)).toEqual(["returns", "throws", "logs", "cache", "capture", "fetch"]);
    expect((await hoglet(["test", root])).code).toBe(0);
  });

  test("keeps the texts of throws that still hold beside those that do not", async () => {
    const events = ["bad", "a", "bad"].map((event) => ({ event }));
    const wanted = { throws: ["no bad", "was thrown once", "other"], fetch: [REQUEST, REQUEST, REQUEST] };
    const capture = events.map(() => ({ event: "made" }));
    const root = await plugin({ "red.case.json": { mockFetch: MOCK, events, expect: { ...wanted, capture } } });
    await hoglet(["test", root, "--update"]);
    const written = JSON.parse(await readFile(join(root, "red.case.json"), "utf8")) as { expect: object };
    expect(written.expect).toEqual({ ...wanted, capture, throws: ["no bad", null, "Error: no bad ones"] });
  });

  test("writes a setup that throws", async () => {
    const root = await folder({
      "index.js": "exports.setupPlugin = () => { throw new Error('no key') }",
      "a.case.json": { events: [] },
    });
    await hoglet(["test", root, "--update"]);
    expect(JSON.parse(await readFile(join(root, "a.case.json"), "utf8"))).toEqual({
      events: [],
      expect: { setupThrows: "Error: no key" },
    });
  });
});

test("--watch runs again after a change, and ends with the last verdict when it is interrupted", async () => {
  const root = await plugin({ "a.case.json": one({ event: "a", seen: true }) });
  const child = spawn(NODE, [HOGLET, "test", root, "--watch"]);
  let output = "";
  const seen = async (text: string) => {
    while (!output.includes(text)) await new Promise((resolve) => child.stdout.once("data", resolve));
    output = output.slice(output.indexOf(text) + text.length);
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  await seen("1 green");
  await seen("watching");
  await writeFile(join(root, "index.ts"), "export const processEvent = () => null");
  await seen("1 red");
  await seen("watching");
  await write(root, { "a.case.json": "broken" });
  await seen("is not valid JSON");
  await seen("watching");
  child.kill("SIGINT");
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(1);
});
