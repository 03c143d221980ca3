import { describe, expect, test, vi } from "vitest";

import { UnderWay } from "../../../../host/team/plugins/under-way.ts";
import { passTime, START, TestTeam, useClock } from "../test-team.ts";

useClock();

const MINUTE = 60_000;

/** Waits for something without the clock going on, as it does in `vi.waitUntil`. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo()))
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
}

/** A server that answers when the test says so, request by request. */
function gate() {
  // Made here, as an object may not be woken by what another has made.
  const gates = Array.from({ length: 10 }, () => Promise.withResolvers<void>());
  let asked = 0;
  vi.stubGlobal("fetch", async () => {
    await gates[asked++]?.promise;
    return new Response("go on");
  });
  return {
    open: (place: number) => gates[place]?.resolve(),
    /** Resolves when so many requests have come. */
    asked: (count: number) => until(() => asked >= count),
  };
}

const arrived = (team: TestTeam, count: number) => until(async () => (await team.events()).length >= count);

describe("a plugin that cannot be there a second time, while its task takes long", () => {
  test("has its events wait for the first, and is not switched off", async () => {
    const { asked, open } = gate();
    const team = await TestTeam.create();
    await team.install(
      `export async function setupPlugin({ storage }) {
        if (await storage.get("session")) throw new Error("one session at a time");
        await storage.set("session", 1);
      }
      export const runEveryMinute = async () => { await fetch("https://gate.test/"); console.log("ran"); };
      export const processEvent = (event) => { event.properties.seen = true; return event; };`,
      { config: { setupAttempts: "1" } },
    );
    for (const [place, names] of [["during", "then"], ["next"]].entries()) {
      passTime(MINUTE);
      await team.tick(START + (place + 1) * MINUTE);
      const working = team.work();
      await asked(place + 1);
      await team.accept(...names.map((event) => ({ event })));
      if (place === 0)
        await until(async () =>
          (await team.logged("SYSTEM")).some((line) => line.startsWith("Plugin failed to load a second time")),
        );
      open(place);
      await working;
      await team.work();
    }
    expect(await team.events()).toMatchObject(
      ["during", "then", "next"].map((event) => ({ event, properties: { seen: true } })),
    );
    expect(await team.logged("CONSOLE")).toEqual(["ran", "ran"]);
  });

  test("as two would not fit into the memory, has its events wait too", async () => {
    const { asked, open } = gate();
    const team = await TestTeam.create();
    await team.install(
      `export function setupPlugin({ global }) { global.table = new Uint8Array(25 * 1024 * 1024).fill(1); }
      export const runEveryMinute = async () => { await fetch("https://gate.test/"); };
      export const processEvent = (event) => { event.properties.seen = true; return event; };`,
    );
    await team.tick(START + MINUTE);
    const working = team.work();
    await asked(1);
    await team.accept({ event: "during" });
    await until(async () => (await team.failures()).length === 1);
    open(0);
    await working;
    await team.accept({ event: "after" });
    await team.work();
    expect(await team.events()).toMatchObject(
      ["during", "after"].map((event) => ({ event, properties: { seen: true } })),
    );
  });
});

test("events of a plugin with a queue of jobs wait a second for them in all", async () => {
  const { asked, open } = gate();
  const waits = vi.spyOn(UnderWay.prototype, "isIdleWithin");
  const team = await TestTeam.create();
  await team.install(
    `export const jobs = { go: () => fetch("https://gate.test/") };
    export async function setupPlugin({ global, cache }) { global.sandbox = await cache.incr("sandboxes"); }
    export async function processEvent(event, { global, jobs }) {
      if (event.event === "start") for (let i = 0; i < 3; i++) await jobs.go().runNow();
      event.properties.sandbox = global.sandbox;
      return event;
    }`,
  );
  await team.accept({ event: "start" });
  const working = team.work();
  for (let place = 0; place < 3; place++) {
    await asked(place + 1);
    await team.accept({});
    await until(() => waits.mock.calls.length === place + 1);
    passTime(600);
    if (place < 2) open(place);
    await arrived(team, place + 2);
  }
  open(2);
  await working;
  expect(waits.mock.calls).toEqual([[1_000], [400], [0]]);
  expect((await team.events()).map(({ properties }) => properties)).toMatchObject(
    [1, 1, 1, 2].map((sandbox) => ({ sandbox })),
  );
});

describe("the setup of a plugin that does not process events", () => {
  const SETS_UP_SLOWLY = `
    export const setupPlugin = () => fetch("https://gate.test/");
    export const runEveryMinute = () => undefined;`;

  test.each([
    ["a task has begun", (team: TestTeam) => team.tick(START + MINUTE)],
    ["an event has begun", (team: TestTeam) => team.accept({ event: "first" })],
  ])("holds no event back that %s", async (_, begin) => {
    const { asked, open } = gate();
    const team = await TestTeam.create();
    await team.install(SETS_UP_SLOWLY);
    await team.install("export const processEvent = (event) => { event.properties.seen = true; return event; };");
    await begin(team);
    const working = team.work();
    await asked(1);
    await team.accept({ event: "event" });
    await until(async () => (await team.eventNames()).includes("event"));
    expect((await team.events()).every(({ properties }) => (properties as { seen?: boolean }).seen)).toBe(true);
    expect(await team.logged("SYSTEM")).toEqual(["Plugin loaded."]);
    open(0);
    await working;
    await until(async () => (await team.logged("SYSTEM")).length === 2);
    expect(await team.logged("SYSTEM")).toEqual(["Plugin loaded.", "Plugin loaded."]);
  });
});
