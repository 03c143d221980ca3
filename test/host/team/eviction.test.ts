import { expect, test, vi } from "vitest";

import { pool } from "../../../host/team/image.ts";
import { passTime, TestTeam, useClock } from "./test-team.ts";

useClock();

const plugin = (setup: string) => `
  export const setupPlugin = (meta) => { console.log("setup"); ${setup} };
  export const teardownPlugin = async ({ storage }) => { await storage.set("end", 1); console.log("teardown", await storage.get("end")) };
  export function processEvent(event) { if (event.event === "loop") for (;;) {} event.properties.seen = true; return event; }`;

/** More sandboxes than the pool holds. */
const MANY = 26;

test("a sandbox that other teams push out is torn down by its own object, before another serves", async () => {
  const first = await TestTeam.create();
  await first.install(plugin("return meta.storage.get('x')"));
  await first.accept({ event: "one" });
  await first.work();
  const before = pool.counts.evictions;
  for (let i = 0; i < MANY; i++) {
    const other = await TestTeam.create();
    await other.install(`export function processEvent(event) { return event }`);
    await other.accept({ event: "other" });
    await other.work();
    // An object that idles for ten seconds is ended, and a busy machine takes longer for all of these.
    await first.status();
  }
  expect(pool.counts.evictions).toBeGreaterThan(before);
  await vi.waitUntil(async () => (await first.logged("CONSOLE")).includes("teardown 1"));
  await first.accept({ event: "two" });
  await first.work();
  expect(await first.logged("CONSOLE")).toEqual(["setup", "teardown 1", "setup"]);
  expect(await first.logged("SYSTEM")).toEqual(["Plugin loaded.", "Plugin unloaded.", "Plugin loaded."]);
  expect(await first.events()).toMatchObject([{ properties: { seen: true } }, { properties: { seen: true } }]);
});

test("what a sandbox captures that is pushed out is processed although nothing else happens in its object", async () => {
  const team = await TestTeam.create();
  await team.install(`
    export const processEvent = (event) => event;
    export const teardownPlugin = () => posthog.capture("bye", { distinct_id: "p" });`);
  await team.accept({ event: "one" });
  await team.work();
  pool.shrinkTo(0);
  await vi.waitUntil(async () => (await team.status()).inbox === 1);
  expect(await team.alarm()).not.toBeNull();
  await team.work();
  expect(await team.eventNames()).toEqual(["one", "bye"]);
});

test.each([
  ["goes on from where setup ended", "meta.global.ready = true", ["setup"]],
  ["is set up again when its setup cannot be repeated", "meta.global.at = Date.now()", ["setup", "setup"]],
])("a sandbox that is replaced %s", async (_, setup, logged) => {
  const team = await TestTeam.create();
  await team.install(plugin(setup));
  await team.accept({ event: "loop" });
  await team.work();
  passTime(1000);
  await team.accept({ event: "fine" });
  await team.work();
  expect(await team.failures()).toMatchObject([{ kind: "fuel", limit: "fuel" }]);
  expect((await team.events()).at(-1)).toMatchObject({ event: "fine", properties: { seen: true } });
  expect(await team.logged("CONSOLE")).toEqual(logged);
});
