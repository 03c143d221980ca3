import { describe, expect, test } from "vitest";

import { provideJobs } from "../../../host/capabilities/jobs.ts";
import { loadPlugin } from "../../runtime/support/load-plugin.ts";
import { HOST_NOW, invocationOf } from "./invocation.ts";

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const UNLIMITED = { refuseJobs: () => undefined };

/** Runs the body of a function over `jobs` in a plugin. Gives the jobs it asked for and what it threw. */
async function enqueue(body: string) {
  const invocation = invocationOf(null);
  const plugin = await loadPlugin(`export async function onEvent(_, { jobs }) { ${body} }`, {
    provide: () => ({ jobs: provideJobs(39, invocation, UNLIMITED) }),
  });
  const { thrown } = await plugin.call("onEvent", [{}]);
  return { jobs: invocation.requests.jobs, thrown };
}

test("a job is asked for with its payload, for the config that asks", async () => {
  const { jobs } = await enqueue(`
    await jobs.first({ a: [1, null] }).runNow();
    jobs.second().runNow();
    await jobs["any name"](0).runNow();
  `);
  const job = { pluginConfigId: 39, function: "runJob", dueAt: HOST_NOW, hops: 0 };
  expect(jobs).toEqual([
    { ...job, name: "first", payload: '{"a":[1,null]}' },
    { ...job, name: "second", payload: null },
    { ...job, name: "any name", payload: "0" },
  ]);
});

describe("when a job runs", () => {
  test.each([
    ["runIn(1500, 'milliseconds')", 1500],
    ["runIn(3, 'minutes')", 180 * SECOND],
    ["runIn(1, 'hour')", 3600 * SECOND],
    ["runIn(2, 'days')", 2 * DAY],
    ["runIn(1, 'week')", 7 * DAY],
    ["runIn(1, 'month')", 30 * DAY],
    ["runIn(1, 'quarters')", 91 * DAY],
    ["runIn(1, 'year')", 365 * DAY],
    ["runIn('2', 'seconds')", 2 * SECOND],
    ["runIn(0.5, 'seconds')", 500],
    ["runIn(0.5, 'milliseconds')", 1],
  ])("%s", async (call, delay) => {
    expect(await enqueue(`await jobs.job().${call}`)).toMatchObject({
      jobs: [{ dueAt: HOST_NOW + delay }],
      thrown: null,
    });
  });

  test("runAt takes whatever is a time, one that has passed too", async () => {
    const { jobs } = await enqueue(`
      await jobs.job().runAt(new Date(Date.UTC(2030, 0, 1)));
      await jobs.job().runAt(Date.UTC(2030, 0, 2));
      await jobs.job().runAt({ valueOf: () => Date.UTC(2020, 0, 1) });
      await jobs.job().runAt(new Date(-1));
    `);
    expect(jobs.map(({ dueAt }) => dueAt)).toEqual([
      Date.UTC(2030, 0, 1),
      Date.UTC(2030, 0, 2),
      Date.UTC(2020, 0, 1),
      0,
    ]);
  });

  test("a time past all times is the last that there is", async () => {
    const { jobs } = await enqueue("await jobs.job().runIn(1e300, 'years'); await jobs.job().runIn(-1e300, 'years');");
    expect(jobs.map(({ dueAt }) => dueAt)).toEqual([8.64e15, 0]);
  });

  test.each([
    ["runIn(1, 'moon')", "Error: Unknown time unit: moons"],
    ["runIn(1, 'constructor')", "Error: Unknown time unit: constructors"],
    ["runIn(1)", "Error: Unknown time unit: undefineds"],
    ["runIn('soon', 'days')", "TypeError: jobs.enqueue(due).after.amount: expected f64, got null"],
    ["runAt(new Date(NaN))", "RangeError: Date value is NaN"],
  ])("%s is refused", async (call, message) => {
    expect(await enqueue(`await jobs.job().${call}`)).toEqual({ jobs: [], thrown: message });
  });

  test("a date that is none is refused, however it got past the guest", async () => {
    const invocation = invocationOf(null);
    const enqueued = provideJobs(39, invocation, UNLIMITED).enqueue("job", undefined, { tag: "at", val: "never" });
    await expect(enqueued).rejects.toMatchObject({
      name: "RangeError",
      message: "jobs: the time at which to run is not a valid date",
    });
    expect(invocation.requests.jobs).toEqual([]);
  });
});

describe("limits", () => {
  test.each([
    ["jobs['n'.repeat(201)]().runNow()", "RangeError: jobs: a name has at most 200 characters, this one has 201"],
    [
      "jobs.job('p'.repeat(600_000)).runNow()",
      "RangeError: jobs.job: the payload has 600002 characters of JSON, at most 600000 are kept",
    ],
  ])("%s is refused", async (call, message) => {
    expect(await enqueue(`await ${call}`)).toEqual({ jobs: [], thrown: message });
  });

  test("a call asks for a thousand jobs at most", async () => {
    const { jobs, thrown } = await enqueue("for (let i = 0; i < 1001; i++) await jobs.job(i).runNow()");
    expect(jobs).toHaveLength(1000);
    expect(thrown).toBe("RangeError: jobs: a call can enqueue at most 1000 jobs");
  });
});
