import { HostError } from "../../runtime/host-error.ts";
import { jsonDepth, MAX_EVENT_LEVELS } from "../../runtime/json-depth.ts";
import { jobDelay } from "../../runtime/job-delay.ts";
import type { Limits } from "../../runtime/limits.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import type { PendingJobs } from "../team/jobs/jobs.ts";
import { quotaError } from "../team/quotas/quota-spent.ts";
import type { Meter } from "../team/quotas/meter.ts";
import { reserve } from "../team/plugins/invocation.ts";
import type { Invocation } from "../team/plugins/invocation.ts";
import type { PluginConfig } from "../team/plugins/plugin-config.ts";

/** UTF-16 units of a payload: a row of SQLite in a Durable Object holds at most 2 MB. */
const MAX_PAYLOAD = 600_000;
/** Characters of a job's name. */
const MAX_NAME = 200;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What `meta.jobs` stands on. */
interface JobsContext {
  plugin: Pick<PluginConfig, "id" | "limits">;
  invocation: Invocation;
  jobs: PendingJobs;
  meter: Pick<Meter, "refuseJobs">;
}

/** `meta.jobs`: the jobs are in the team's job table once the call's other results are written. */
export function provideJobs({
  plugin: { id, limits },
  invocation,
  jobs: pending,
  meter,
}: JobsContext): Capabilities["jobs"] {
  const refuse = (rule: string, limit: keyof Limits): never => {
    throw new HostError("JobLimitError", `${rule}. "${limit}" is among the limits of plugin config ${id}`);
  };
  return {
    async enqueue(name, payload, due) {
      const { jobs } = invocation.requests;
      if (name.length > MAX_NAME)
        throw new HostError(
          "RangeError",
          `jobs: a name has at most ${MAX_NAME} characters, this one has ${name.length}`,
        );
      const job = `jobs.${name}`;
      if (payload !== undefined && payload.length > MAX_PAYLOAD)
        throw new HostError(
          "RangeError",
          `${job}: the payload has ${payload.length} characters of JSON, at most ${MAX_PAYLOAD} are kept`,
        );
      if (payload !== undefined && jsonDepth(payload) > MAX_EVENT_LEVELS)
        throw new HostError(
          "RangeError",
          `${job}: the payload has more than ${MAX_EVENT_LEVELS} levels of lists and objects`,
        );
      const now = invocation.hostNow();
      const dueAt = dueTime(due, now);
      if (dueAt > now + limits.jobDaysAhead * DAY_MS)
        refuse(`${job}: a job is due within ${limits.jobDaysAhead} days`, "jobDaysAhead");
      if (jobs.length >= limits.jobs) refuse(`${job}: a call can ask for at most ${limits.jobs} jobs`, "jobs");
      if (pending.pendingOf(id) + jobs.length >= limits.pendingJobs)
        refuse(
          `${job}: ${limits.pendingJobs} jobs wait already. Let some run, or cancel them: hoglet jobs ${id}`,
          "pendingJobs",
        );
      const spent = meter.refuseJobs(jobs.length + 1);
      if (spent) throw quotaError(job, spent);
      reserve(invocation.requests, job, payload?.length ?? 0);
      jobs.push({
        pluginConfigId: id,
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
  return Math.ceil(Math.max(at, 0));
}
