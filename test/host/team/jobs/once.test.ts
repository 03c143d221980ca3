import { abortAllDurableObjects } from "cloudflare:test";
import { expect, test, vi } from "vitest";

import { TestTeam, useClock } from "../test-team.ts";

useClock();

const SAY = `export const jobs = { say: (by) => console.log(by), again: async (_, meta) => { AGAIN } };`;
const ASK = `await jobs.say("asked").runNow();`;
/** Fails twice. */
const FAIL = (error: string) => `if ((await cache.incr("calls")) < 3) throw new ${error}("not yet");`;

test.each([
  [
    "processEvent",
    `export async function processEvent(event, { jobs, cache }) { ${ASK} ${FAIL("RetryError")} return event; }`,
  ],
  [
    "processEventBatch",
    `export async function processEventBatch(events, { jobs, cache }) { ${ASK} ${FAIL("RetryError")} return events; }`,
  ],
  ["onEvent", `export async function onEvent(event, { jobs, cache }) { ${ASK} ${FAIL("RetryError")} }`],
  ["exportEvents", `export async function exportEvents(events, { jobs, cache }) { ${ASK} ${FAIL("RetryError")} }`],
  [
    "a job",
    `export async function processEvent(event, { jobs }) { await jobs.again().runNow(); return event; }`.concat(
      SAY.replace("AGAIN", `const { jobs, cache } = meta; ${ASK} ${FAIL("RetryError")}`),
    ),
  ],
])("a job that %s asks for runs once, however often the call is made again", async (_, code) => {
  const team = await TestTeam.create();
  await team.install(code.includes("export const jobs") ? code : `${SAY}\n${code}`);
  await team.accept({ event: "start" });
  await team.workThrough();
  expect((await team.failures()).map(({ kind }) => kind)).toEqual(["retry", "retry"]);
  expect(await team.logged("CONSOLE")).toEqual(["asked"]);
});

test("a job is not asked for each time that an event is held because of a failure", async () => {
  const team = await TestTeam.create();
  await team.install(
    `${SAY} export async function processEvent(event, { jobs, cache }) { ${ASK} ${FAIL("Error")} return event; }`,
    { onError: "hold" },
  );
  await team.accept({ event: "start" });
  await team.workThrough();
  expect(await team.logged("CONSOLE")).toEqual(["asked"]);
});

test("jobs stay that a call has asked for which fails for good, or asks for another in vain", async () => {
  const team = await TestTeam.create();
  await team.install(
    `${SAY} export async function processEvent(event, { jobs }) { ${ASK} throw new Error("no luck"); }
     export async function onEvent(event, { jobs }) { ${ASK} throw new RetryError("never"); }`,
  );
  await team.accept({ event: "start" });
  await team.workThrough();
  expect(await team.logged("CONSOLE")).toEqual(["asked", "asked"]);
});

test("a chain of jobs stays one chain when a link is tried again", async () => {
  const team = await TestTeam.create();
  await team.install(
    `export const jobs = {
       poll: async (n, { jobs, cache }) => {
         if (n < 3) await jobs.poll(n + 1).runIn(1, "minute");
         if ((await cache.incr("tries " + n)) < 3) throw new RetryError("down");
         console.log("polled " + n);
       },
     };
     export async function processEvent(event, { jobs }) { await jobs.poll(0).runNow(); return event; }`,
  );
  await team.accept({ event: "start" });
  await team.workThrough();
  expect(await team.logged("CONSOLE")).toEqual(["polled 0", "polled 1", "polled 2", "polled 3"]);
});

test("a job that an event asks for is there once, although the process ended in the middle of the event's call", async () => {
  const team = await TestTeam.create();
  await team.install(
    `${SAY} export async function processEvent(event, { jobs }) { ${ASK} await fetch("https://witness.test/"); return event; }`,
  );
  let asked = 0;
  vi.stubGlobal("fetch", () => {
    asked++;
    return new Promise(() => undefined);
  });
  await team.accept({ event: "start" });
  const crashed = team.work().catch(() => undefined);
  await vi.waitUntil(() => asked === 1);
  await abortAllDurableObjects();
  await crashed;
  vi.stubGlobal("fetch", async () => new Response("ok"));
  await team.workThrough();
  expect(await team.logged("CONSOLE")).toEqual(["asked"]);
});
