import { describe, expect, test, vi } from "vitest";

import { passTime, START, TestTeam, useClock } from "../test-team.ts";

useClock();

const MINUTE = 60_000;
const nextMinute = (): number => Math.ceil(Date.now() / MINUTE) * MINUTE;

/** A request that is answered when the test says so. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (input: RequestInfo) => {
    asked.push(new Request(input).url);
    await opened;
    return new Response("go on");
  });
  return { open: () => open(), asked };
}

/** A plugin that has something long to do beside its events, and counts the sandboxes it has been set up in. */
const slow = (name: string) => `
  export async function setupPlugin({ global, storage }) {
    global.sandbox = ((await storage.get("sandboxes")) ?? 0) + 1;
    await storage.set("sandboxes", global.sandbox);
  }
  export const teardownPlugin = ({ global }) => console.log("teardown " + global.sandbox);
  async function long({ global }) { await fetch("https://gate.test/${name}"); global.fetched = true; console.log("done in " + global.sandbox); }
  export const runEveryMinute = long;
  export const jobs = { long: (_, meta) => long(meta) };
  export async function processEvent(event, { global, jobs }) {
    if (event.event === "start") await jobs.long().runNow();
    event.properties.sandbox = global.sandbox;
    event.properties.fetched = global.fetched ?? false;
    return event;
  }`;

describe("what takes long beside the events", () => {
  test.each([
    ["task", async (team: TestTeam) => void (await team.tick(nextMinute()))],
    ["job", async (team: TestTeam) => void (await team.accept({ event: "start" }))],
  ])("is a %s: events of its own plugin go on in a second sandbox, until it has ended", async (name, begin) => {
    const { open, asked } = gate();
    const team = await TestTeam.create();
    await team.install(slow(name));
    await begin(team);
    const working = team.work();
    await vi.waitUntil(() => asked.includes(`https://gate.test/${name}`), 10_000);
    vi.useRealTimers();
    const sent = await team.accept(...Array.from({ length: 20 }, (_event, i) => ({ event: `e${i}` })));
    const arrived = async () => (await team.events()).filter(({ event }) => event !== "start");
    await vi.waitUntil(async () => (await arrived()).length === 20, 10_000);
    expect(await team.logged("CONSOLE")).toEqual([]);
    expect((await arrived()).map(({ event }) => event)).toEqual(sent.map(({ event }) => event["event"]));
    for (const { properties } of await arrived()) expect(properties).toMatchObject({ sandbox: 2, fetched: false });

    open();
    await vi.waitUntil(async () => (await team.logged("CONSOLE")).includes("done in 1"), 10_000);
    await team.accept({ event: "after" });
    await vi.waitUntil(async () => (await team.eventNames()).includes("after"), 10_000);
    // What the task left in `global` is there for the events.
    expect((await team.events()).at(-1)).toMatchObject({ properties: { sandbox: 1, fetched: true } });
    await vi.waitUntil(async () => (await team.logged("CONSOLE")).includes("teardown 2"), 10_000);
    await working;
  });

  test("is let end when the config changes: events go on with the new version, and then the old one is torn down", async () => {
    const { open, asked } = gate();
    const team = await TestTeam.create();
    const config = await team.install(slow("old"));
    await team.tick(START + MINUTE);
    const working = team.work();
    await vi.waitUntil(() => asked.includes("https://gate.test/old"), 10_000);
    vi.useRealTimers();
    await team.upgrade(
      config,
      `export const processEvent = (event) => { event.properties.version = 2; return event; };`,
    );
    await team.reconfigure();
    await team.accept({ event: "new" });
    await vi.waitUntil(async () => (await team.eventNames()).includes("new"), 10_000);
    expect(await team.events()).toMatchObject([{ properties: { version: 2 } }]);
    expect(await team.logged("CONSOLE")).toEqual([]);
    open();
    await vi.waitUntil(async () => (await team.logged("CONSOLE")).length === 2, 10_000);
    expect(await team.logged("CONSOLE")).toEqual(["done in 1", "teardown 1"]);
    await working;
  });

  test("of one plugin holds back no event of the others, nor their tasks", async () => {
    const { open, asked } = gate();
    const team = await TestTeam.create();
    await team.install(
      `export async function runEveryMinute() { await fetch("https://gate.test/alone"); console.log("slow"); }`,
    );
    await team.install(
      `export const runEveryMinute = () => console.log("quick");
      export const processEvent = (event, { global }) => { event.properties.n = global.n = (global.n ?? 0) + 1; return event; };`,
    );
    await team.tick(START + MINUTE);
    const working = team.work();
    await vi.waitUntil(() => asked.includes("https://gate.test/alone"), 10_000);
    vi.useRealTimers();
    await team.accept({}, {}, {});
    await vi.waitUntil(async () => (await team.events()).length === 3, 10_000);
    expect(await team.logged("CONSOLE")).toEqual(["quick"]);
    expect((await team.events()).map(({ properties }) => (properties as { n: number }).n)).toEqual([1, 2, 3]);
    open();
    await working;
    expect(await team.logged("CONSOLE")).toEqual(["quick", "slow"]);
  });

  test("holds back no delivery, and no other plugin's jobs, when it has gone on for more than a minute", async () => {
    const { open, asked } = gate();
    const team = await TestTeam.create();
    await team.install(`export const runEveryMinute = () => fetch("https://gate.test/alone");`);
    await team.install(
      `export const jobs = { go: (name) => console.log(name) };
      export const processEvent = async (event, { jobs }) => { await jobs.go(event.event).runNow(); return event; };`,
    );
    await team.tick(START + MINUTE);
    const working = team.work();
    await vi.waitUntil(() => asked.length === 1, 10_000);
    passTime(61_000);
    await team.accept({ event: "late" });
    await vi.waitUntil(async () => (await team.eventNames()).length === 1, 10_000);
    await vi.waitUntil(async () => (await team.logged("CONSOLE")).length === 1, 10_000);
    expect(await team.logged("CONSOLE")).toEqual(["late"]);
    open();
    await working;
    expect(asked).toHaveLength(1);
    expect(await team.failures()).toEqual([]);
  });
});
