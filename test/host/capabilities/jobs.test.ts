import { describe, expect, test } from "vitest";

import { provideJobs } from "../../../host/capabilities/jobs.ts";
import type { Invocation } from "../../../host/team/plugins/invocation.ts";
import { limitsOf, type Limits } from "../../../runtime/limits.ts";
import { loadPlugin } from "../../runtime/support/load-plugin.ts";
import { HOST_NOW, invocationOf } from "./invocation.ts";

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const UNLIMITED = { refuseJobs: () => undefined };

const contextOf = (invocation: Invocation, waiting = 0, limits: Partial<Limits> = {}) => ({
  plugin: { id: 39, limits: limitsOf(limits) },
  invocation,
  jobs: { pendingOf: (id: number) => (id === 39 ? waiting : 0) },
  meter: UNLIMITED,
});

/** Runs the body of a function over `jobs` in a plugin. Gives the jobs it asked for and what it threw. */
async function enqueue(body: string, waiting = 0, limits: Partial<Limits> = {}) {
  const invocation = invocationOf(null);
  const plugin = await loadPlugin(`export async function onEvent(_, { jobs }) { ${body} }`, {
    provide: () => ({ jobs: provideJobs(contextOf(invocation, waiting, limits)) }),
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
  const job = { pluginConfigId: 39, dueAt: HOST_NOW, hops: 0 };
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

  test("a time before all times is now, one past all times is refused", async () => {
    const { jobs, thrown } = await enqueue(
      "await jobs.job().runIn(-1e300, 'years'); await jobs.job().runIn(1e300, 'years');",
    );
    expect(jobs.map(({ dueAt }) => dueAt)).toEqual([0]);
    expect(thrown).toBe(
      'JobLimitError: jobs.job: a job is due within 3650 days. "jobDaysAhead" is among the limits of plugin config 39',
    );
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
    const enqueued = provideJobs(contextOf(invocation)).enqueue("job", undefined, { tag: "at", val: "never" });
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
    expect(thrown).toBe(
      'JobLimitError: jobs.job: a call can ask for at most 1000 jobs. "jobs" is among the limits of plugin config 39',
    );
  });

  test("a config may have fewer, and nearer ones", async () => {
    const limits = { jobs: 1, jobDaysAhead: 2 };
    const { jobs, thrown } = await enqueue("for (const n of [2, 1]) await jobs.job().runIn(n, 'days')", 0, limits);
    expect(jobs).toHaveLength(1);
    expect(thrown).toContain("at most 1 jobs");
    expect((await enqueue("await jobs.job().runIn(49, 'hours')", 0, limits)).thrown).toContain("within 2 days");
  });

  test("no more wait than the config may have, those that the call asked for included", async () => {
    const ask = "for (let i = 0; i < 3; i++) await jobs.job(i).runNow()";
    expect(await enqueue(ask, 9_998)).toMatchObject({
      jobs: [{ payload: "0" }, { payload: "1" }],
      thrown:
        'JobLimitError: jobs.job: 10000 jobs wait already. Let some run, or cancel them: hoglet jobs 39. "pendingJobs" is among the limits of plugin config 39',
    });
    expect((await enqueue(ask, 9_997)).thrown).toBeNull();
    expect((await enqueue(ask, 4, { pendingJobs: 5 })).jobs).toHaveLength(1);
  });

  test("what is refused can be caught, and the call goes on", async () => {
    const { jobs, thrown } = await enqueue(
      "try { await jobs.job().runNow(); } catch ({ name }) { if (name !== 'JobLimitError') throw name; }",
      10_000,
    );
    expect({ jobs, thrown }).toEqual({ jobs: [], thrown: null });
  });
});
