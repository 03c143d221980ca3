import { abortAllDurableObjects } from "cloudflare:test";
import { expect, test, vi } from "vitest";

import { LONGEST_WAIT_MS } from "../../../../host/delivery/backoff.ts";
import { shardOf } from "../../../../host/team/team-client.ts";
import { muteErrors, passTime, TestTeam, useClock } from "../test-team.ts";

useClock();

/** Somebody whose events another shard keeps than the one that has the job. */
const ELSEWHERE = ["a", "b", "c", "d", "e"].find((person) => shardOf(person, 2) !== shardOf("person", 2)) ?? "";

/** A job that asks for more, and then waits for an answer. */
const REPORT = `
  export const jobs = {
    async report(_, meta) {
      await posthog.capture("report", { distinct_id: "${ELSEWHERE}", seen: [Date.now(), Math.random()] });
      await meta.jobs.more().runNow();
      await meta.storage.set("last", 1);
      await fetch("https://witness.test/");
    },
    more: () => posthog.capture("more", { distinct_id: "person" }),
  };
  export async function processEvent(event, { jobs }) {
    if (event.event === "start") await jobs.report({ n: 1 }).runNow();
    return event;
  }`;

/** Has the process end while the team waits for an answer to a request. */
async function cutOff(team: TestTeam): Promise<void> {
  let asked = 0;
  vi.stubGlobal("fetch", () => {
    asked++;
    return new Promise(() => undefined);
  });
  const crashed = team.work().catch(() => undefined);
  await vi.waitUntil(() => asked === 1);
  await abortAllDurableObjects();
  await crashed;
  vi.stubGlobal("fetch", async () => new Response("ok"));
}

test("a job that was cut off runs again with its clock and random numbers, and what it asks for is written once", async () => {
  const team = await TestTeam.create({ shards: 2 });
  await team.install(REPORT);
  await team.accept({ event: "start" });
  await cutOff(team);
  passTime(LONGEST_WAIT_MS);
  await cutOff(team);
  await team.workThrough();
  expect((await team.eventNames()).toSorted()).toEqual(["more", "report", "start"]);
});

test("a job whose result could not be written runs again as the same one: its events of another shard are there once", async () => {
  const errors = muteErrors();
  vi.stubGlobal("fetch", async () => new Response("ok"));
  const team = await TestTeam.create({ shards: 2 });
  const shard = shardOf("person", 2);
  await team.install(REPORT);
  await team.accept({ event: "start" });
  await team.inside((_, { storage }) => {
    storage.sql.exec("create trigger refuse before delete on job begin select raise(abort, 'disk full'); end");
  }, shard);
  await team.work();
  expect((await team.eventNames()).toSorted()).toEqual(["report", "start"]);
  await team.inside((_, { storage }) => void storage.sql.exec("drop trigger refuse"), shard);
  await team.workThrough();
  expect((await team.eventNames()).toSorted()).toEqual(["more", "report", "start"]);
  expect(errors).toHaveBeenCalledWith(expect.stringContaining("is put off: Error: disk full"));
});

test("a job that takes the process down each time is given up, and is a dead letter", async () => {
  const team = await TestTeam.create();
  const config = await team.install(REPORT, { limits: { jobAttempts: 3 } });
  await team.accept({ event: "start" });
  for (let runs = 0; runs < 3; runs++) {
    await cutOff(team);
    passTime(LONGEST_WAIT_MS);
  }
  await team.workThrough();
  expect(await team.deadLetters()).toMatchObject([
    { pluginConfigId: config.id, function: "jobs.report", event: { job: "report", payload: '{"n":1}' } },
  ]);
  expect(await team.failures()).toMatchObject([
    {
      function: "jobs.report",
      kind: "limit",
      limit: "jobAttempts",
      value: 3,
      message: "the host was ended, or failed, in the middle of each of 3 runs",
    },
  ]);
});

test("a job that was run to its end is not run again, whenever the process ends", async () => {
  const team = await TestTeam.create();
  await team.install(
    `export const jobs = { first: () => console.log("first"), async second() { await fetch("https://witness.test/"); console.log("second"); } };
     export async function processEvent(event, { jobs }) { await jobs.first().runNow(); await jobs.second().runNow(); return event; }`,
  );
  await team.accept({ event: "start" });
  await cutOff(team);
  await team.workThrough();
  expect(await team.logged("CONSOLE")).toEqual(["first", "second"]);
});

test.each(["setupPlugin", "teardownPlugin"])("jobs that %s asks for are kept", async (name) => {
  const team = await TestTeam.create();
  const say = `export const jobs = { say: (what) => console.log(what) };`;
  const config = await team.install(
    `${say} export async function ${name}({ jobs }) { await jobs.say("asked by ${name}").runIn(1, "minute"); }
     export const processEvent = (event) => event;`,
  );
  await team.accept({ event: "start" });
  await team.work();
  await team.upgrade(config, say);
  await team.reconfigure();
  await team.workThrough();
  expect(await team.logged("CONSOLE")).toEqual([`asked by ${name}`]);
});
