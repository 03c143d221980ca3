import { abortAllDurableObjects } from "cloudflare:test";
import { expect, test, vi } from "vitest";

import { passTime, TestTeam, useClock } from "../test-team.ts";

useClock();

const MINUTES = 60_000;
const REPORT = "$$plugin_metrics";
const COUNTING = `
  export const metrics = { seen: "sum", highest: "max" };
  export function processEvent(event, { metrics }) {
    metrics.seen.increment(1);
    if (typeof event.properties.n === "number") metrics.highest.max(event.properties.n);
    return event;
  }`;

const reportsOf = async (team: TestTeam) => (await team.events()).filter(({ event }) => event === REPORT);

test("metrics are told half an hour after the first value, as an event of the plugin's, and begin anew", async () => {
  const team = await TestTeam.create();
  const config = await team.install(COUNTING, { name: "Counter" });
  await team.accept({ properties: { n: 5 } }, { properties: { n: 3 } });
  await team.work();
  passTime(30 * MINUTES - 1);
  await team.work();
  expect(await reportsOf(team)).toEqual([]);
  passTime(1);
  await team.work();
  const [report, ...others] = await reportsOf(team);
  expect(others).toEqual([]);
  expect(report).toMatchObject({
    distinct_id: "Counter",
    properties: { seen: 2, highest: 5, plugin_name: "Counter", plugin_id: config.pluginId, plugin_tag: null },
  });

  // No plugin has counted the report.
  expect(await team.alarm()).toBeNull();
  await team.accept({});
  await team.work();
  passTime(30 * MINUTES);
  await team.work();
  const [, second] = await reportsOf(team);
  expect(second).toMatchObject({ properties: { seen: 1 } });
  expect(second?.["properties"]).not.toHaveProperty("highest");
});

test("a report is exported by no plugin, which would have something to tell of it for ever", async () => {
  const team = await TestTeam.create();
  await team.install(`export const exported = []; export async function exportEvents(events, { cache }) { await cache.lpush("seen", events.map((e) => e.event)) }
    export async function onEvent(event, { cache }) { await cache.lpush("seen", [event.event]) }
    export const processEvent = async (event, { cache }) => ({ ...event, properties: { seen: await cache.lrange("seen", 0, -1) } });`);
  await team.accept({ event: "first" });
  await team.workThrough();
  expect((await reportsOf(team)).length).toBe(1);
  await team.accept({ event: "last" });
  await team.workThrough();
  const last = (await team.events()).find(({ event }) => event === "last");
  expect(last).toMatchObject({ properties: { seen: ["first", "first"] } });
});

test("a team whose plugins wrote nothing has nothing to tell, and no alarm is set for it", async () => {
  const team = await TestTeam.create();
  await team.install(`export const metrics = { seen: "sum" }; export const processEvent = (event) => event;`);
  await team.accept({});
  await team.work();
  expect(await team.alarm()).toBeNull();
});

test("metrics of a config that is gone are forgotten", async () => {
  const team = await TestTeam.create();
  const config = await team.install(COUNTING);
  await team.accept({});
  await team.work();
  await team.update(config.id, { enabled: false });
  await team.reconfigure();
  passTime(30 * MINUTES);
  await team.work();
  expect(await reportsOf(team)).toEqual([]);
  expect(await team.alarm()).toBeNull();
});

test("a plugin that makes metrics up at will has at most two hundred of them, with short names", async () => {
  const team = await TestTeam.create();
  await team.install(`
    const names = Array.from({ length: 300 }, (_, i) => "m" + i);
    export const metrics = Object.fromEntries([...names, "x".repeat(201)].map((name) => [name, "sum"]));
    export function processEvent(event, { metrics }) {
      const told = {};
      for (const name of Object.keys(metrics)) try { metrics[name].increment(1) } catch (error) { told[error.message] = (told[error.message] ?? 0) + 1 }
      event.properties.told = told;
      return event;
    }`);
  await team.accept({});
  await team.work();
  expect((await team.events())[0]).toMatchObject({
    properties: {
      told: {
        "metrics: a plugin has at most 200 of them": 100,
        "metrics: a name has at most 200 characters, this one has 201": 1,
      },
    },
  });
});

test("what a call writes counts however the call ends, but only once when the process ended in the middle of it", async () => {
  const team = await TestTeam.create();
  await team.install(`
    export const metrics = { seen: "sum" };
    export async function processEvent(event, { metrics }) {
      metrics.seen.increment(1);
      await fetch("https://witness.test/");
      throw new Error("mine");
    }
  `);
  let answer = (): Promise<Response> => new Promise(() => undefined);
  const fetched = vi.fn<() => Promise<Response>>(() => answer());
  vi.stubGlobal("fetch", fetched);
  await team.accept({});
  const crashed = team.work().catch(() => undefined);
  await vi.waitUntil(() => fetched.mock.calls.length === 1);
  await abortAllDurableObjects();
  await crashed;
  answer = async () => new Response("ok");
  await team.workThrough();
  const reports = (await team.events()).filter(({ event }) => event === REPORT);
  expect(fetched).toHaveBeenCalledTimes(2);
  expect(reports).toMatchObject([{ properties: { seen: 1 } }]);
});
