import { expect, test } from "vitest";

import { START, TestTeam, useClock } from "../test-team.ts";

useClock();

/** Passes all events on with a mark, and drops those that say so. */
const MARKS = `export const processEvent = (event) =>
  event.properties.secret ? null : { ...event, properties: { ...event.properties, marked: true } };`;

test("what a job and a task capture passes the pipeline like any event", async () => {
  const team = await TestTeam.create();
  await team.install(
    `export const jobs = { report: async () => { await posthog.capture("of a job", {}); await posthog.capture("hidden", { secret: 1 }); } };
     export const runEveryMinute = () => posthog.capture("of a task", {});
     export async function processEvent(event, { jobs }) { if (event.event === "start") await jobs.report().runNow(); return event; }`,
  );
  await team.install(MARKS);
  await team.accept({ event: "start" });
  await team.tick(START + 60_000);
  await team.workThrough();
  const events = await team.events();
  expect(events.map(({ event }) => event).toSorted()).toEqual(["of a job", "of a task", "start"]);
  for (const { properties } of events) expect(properties).toMatchObject({ marked: true });
});

test("a task whose event leads to others comes to an end, and the failure says why", async () => {
  const team = await TestTeam.create();
  await team.install(
    `export const runEveryMinute = () => posthog.capture("again", {});
     export const processEvent = async (event) => { await posthog.capture("again", {}); return event; };`,
  );
  await team.tick(START + 60_000);
  await team.workThrough();
  expect(await team.eventNames()).toEqual(Array.from({ length: 10 }, () => "again"));
  expect(await team.failures()).toMatchObject([
    { function: "processEvent", message: expect.stringContaining("HopLimitError") },
  ]);
});

test("a job that asks for the event that asks for it comes to an end, however many turns it takes", async () => {
  const team = await TestTeam.create();
  await team.install(
    `export const jobs = { later: async (n, { jobs }) => { if (n > 0) await jobs.later(n - 1).runNow(); else await posthog.capture("start", {}); } };
     export async function processEvent(event, { jobs }) { await jobs.later(2).runNow(); return event; }`,
  );
  await team.accept({ event: "start" });
  await team.workThrough();
  expect(await team.eventNames()).toHaveLength(11);
  expect(await team.failures()).toMatchObject([
    { function: "jobs.later", message: expect.stringContaining("HopLimit") },
  ]);
});
