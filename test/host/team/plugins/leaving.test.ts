import { describe, expect, test, vi } from "vitest";

import { FollowUps } from "../../../../host/team/follow-ups/follow-ups.ts";
import { muteErrors, START, TestTeam, useClock } from "../test-team.ts";

useClock();

const MINUTE = 60_000;

/** A server that answers when the test says so, path by path. */
function gate(...paths: string[]) {
  const gates = new Map(paths.map((path) => [path, Promise.withResolvers<void>()]));
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (input: RequestInfo) => {
    const path = new URL(new Request(input).url).pathname.slice(1);
    asked.push(path);
    await gates.get(path)?.promise;
    return new Response("go on");
  });
  return {
    open: (path: string) => gates.get(path)?.resolve(),
    seen: asked,
    asked: (path: string) => vi.waitUntil(() => asked.includes(path), 10_000),
  };
}

/** Gathers the names of events, and something at the end of its task. */
const gathering = (version: string) => `
  import { createBuffer } from "@posthog/plugin-contrib";
  export function setupPlugin({ global }) {
    global.buffer = createBuffer({ timeoutSeconds: 600, onFlush: async (names) => {
      console.log("${version} flushes " + names.join());
      await fetch("https://gate.test/flush-${version}");
    } });
  }
  export const teardownPlugin = () => console.log("${version} ends");
  export async function runEveryMinute(meta) { await fetch("https://gate.test/task-${version}"); meta.global.buffer.add("task"); }
  export const processEvent = (event, { global }) => { global.buffer.add(event.event); return event; };`;

const arrived = (team: TestTeam, count: number) =>
  vi.waitUntil(async () => (await team.events()).length >= count, 10_000);
/** As `arrived`, when nothing may be at work any more. */
const worked = (team: TestTeam, count: number) =>
  vi.waitUntil(async () => {
    await team.work();
    return (await team.events()).length >= count;
  }, 10_000);
const said = (team: TestTeam, line: string) =>
  vi.waitUntil(async () => (await team.logged("CONSOLE")).includes(line), 10_000);

describe("a plugin that is replaced while its task takes long", () => {
  test("flushes what it has gathered once, and nothing of what takes its place", async () => {
    const { asked, open } = gate("task-v1", "flush-v1");
    const team = await TestTeam.create();
    const config = await team.install(gathering("v1"));
    await team.tick(START + MINUTE);
    const working = team.work();
    await asked("task-v1");
    await team.accept({ event: "a" });
    await arrived(team, 1);
    await team.upgrade(config, gathering("v2"));
    await team.reconfigure();
    await team.accept({ event: "b" });
    await arrived(team, 2);
    open("task-v1");
    await asked("flush-v1");
    await team.accept({ event: "c" });
    await worked(team, 3);
    open("flush-v1");
    await said(team, "v1 ends");
    await working;
    await team.workThrough();
    const flushes = (await team.logged("CONSOLE")).filter((line) => line.includes("flushes"));
    expect(flushes).toEqual(["v1 flushes a,task", "v2 flushes b,c"]);
    expect(await team.deadLetters()).toEqual([]);
  });

  test("has its open batch exported, and by nobody else, when nothing takes its place", async () => {
    const { asked, open, seen } = gate("task", "export");
    const team = await TestTeam.create();
    const config = await team.install(
      `export const runEveryMinute = () => fetch("https://gate.test/task");
      export const teardownPlugin = () => console.log("ends");
      export const exportEvents = () => fetch("https://gate.test/export");`,
    );
    await team.tick(START + MINUTE);
    const working = team.work();
    await asked("task");
    await team.accept({ event: "a" });
    await arrived(team, 1);
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    open("task");
    await asked("export");
    await team.accept({ event: "b" });
    await worked(team, 2);
    open("export");
    await said(team, "ends");
    await working;
    await team.workThrough();
    expect(seen).toEqual(["task", "export"]);
    expect(await team.deadLetters()).toEqual([]);
  });
});

test("a plugin whose flushes and teardown take long leaves beside the events", async () => {
  const { open, seen } = gate("0", "1", "2", "teardown");
  const team = await TestTeam.create();
  const config = await team.install(
    `import { createBuffer } from "@posthog/plugin-contrib";
    export function setupPlugin({ global }) {
      global.buffers = [0, 1, 2].map((i) => createBuffer({ timeoutSeconds: 600, onFlush: () => fetch("https://gate.test/" + i) }));
    }
    export async function teardownPlugin() { await fetch("https://gate.test/teardown"); console.log("ends"); }
    export const onEvent = (event, { global }) => { for (const buffer of global.buffers) buffer.add(1); };`,
  );
  await team.accept({ event: "fill" });
  await team.work();
  await team.update(config.id, { enabled: false });
  await team.reconfigure();
  await team.accept({ event: "other" });
  await team.work();
  expect(await team.eventNames()).toEqual(["fill", "other"]);
  expect(seen).toEqual(["0"]);
  for (const path of ["0", "1", "2", "teardown"]) open(path);
  await said(team, "ends");
  expect(seen).toEqual(["0", "1", "2", "teardown"]);
  expect(await team.status()).toMatchObject({ followUps: 0 });
});

test("what a plugin that leaves by itself puts off has an alarm", async () => {
  const { asked, open } = gate("task");
  const team = await TestTeam.create();
  const config = await team.install(
    `export const runEveryMinute = () => fetch("https://gate.test/task");
    export const exportEvents = () => { throw new RetryError("later"); };`,
  );
  await team.accept({});
  await team.work();
  await team.tick(START + MINUTE);
  const working = team.work();
  await asked("task");
  await team.update(config.id, { enabled: false });
  await team.reconfigure();
  const leave = vi.spyOn(FollowUps.prototype, "release");
  open("task");
  await working;
  await vi.waitUntil(() => leave.mock.calls.length === 1, 10_000);
  await team.workThrough();
  expect(await team.status()).toMatchObject({ followUps: 0 });
  expect(await team.deadLetters()).toMatchObject([{ answer: "the plugin config is gone or disabled" }]);
});

test("a plugin is torn down although what it has left to do fails", async () => {
  const errors = muteErrors();
  const team = await TestTeam.create();
  const config = await team.install(
    `export const teardownPlugin = () => console.log("ends");
    export const processEvent = (event) => event;`,
  );
  await team.accept({});
  await team.work();
  vi.spyOn(FollowUps.prototype, "closeAll").mockImplementation(() => {
    throw new Error("the disk is full");
  });
  await team.update(config.id, { enabled: false });
  await team.reconfigure();
  expect(await team.logged("CONSOLE")).toEqual(["ends"]);
  expect(errors).toHaveBeenCalledWith(expect.stringContaining("the disk is full"));
});
