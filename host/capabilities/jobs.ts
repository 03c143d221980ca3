import { HostError } from "../../runtime/host-error.ts";
import { jobDelay } from "../../runtime/job-delay.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import { reserve } from "../team/plugins/invocation.ts";
import type { Invocation } from "../team/plugins/invocation.ts";

/** Jobs that one call may enqueue. */
const MAX_JOBS = 1_000;
/** UTF-16 units of a payload: a row of SQLite in a Durable Object holds at most 2 MB. */
const MAX_PAYLOAD = 600_000;
/** Characters of a job's name. */
const MAX_NAME = 200;
/** The latest time that a Date can have; an alarm takes no later one. */
const LATEST = 8.64e15;

/** `meta.jobs`: the jobs are in the team's job table once the call's other results are written. */
export function provideJobs(configId: number, invocation: Invocation): Capabilities["jobs"] {
  return {
    async enqueue(name, payload, due) {
      const { jobs } = invocation.requests;
      if (jobs.length >= MAX_JOBS)
        throw new HostError("RangeError", `jobs: a call can enqueue at most ${MAX_JOBS} jobs`);
      if (name.length > MAX_NAME)
        throw new HostError(
          "RangeError",
          `jobs: a name has at most ${MAX_NAME} characters, this one has ${name.length}`,
        );
      if (payload !== undefined && payload.length > MAX_PAYLOAD)
        throw new HostError(
          "RangeError",
          `jobs.${name}: the payload has ${payload.length} characters of JSON, at most ${MAX_PAYLOAD} are kept`,
        );
      reserve(invocation.requests, `jobs.${name}`, payload?.length ?? 0);
      const dueAt = dueTime(due, invocation.hostNow());
      jobs.push({
        pluginConfigId: configId,
        name,
        payload: payload ?? null,
        dueAt,
        hops: invocation.hops,
      });
    },
  };
}

function dueTime(due: Parameters<Capabilities["jobs"]["enqueue"]>[2], now: number): number {
  if (due.tag === "now") return now;
  const at = due.tag === "at" ? Date.parse(due.val) : now + jobDelay(due.val.amount, due.val.unit);
  if (Number.isNaN(at)) throw new HostError("RangeError", "jobs: the time at which to run is not a valid date");
  return Math.ceil(Math.min(Math.max(at, 0), LATEST));
}
