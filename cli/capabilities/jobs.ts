import type { Json } from "../../host/event.ts";
import { jobDelay } from "../../runtime/job-delay.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";

type Due = Parameters<Capabilities["jobs"]["enqueue"]>[2];

/** A queued job as the plugin passed it. */
export interface QueuedJob {
  name: string;
  payload?: Json;
  /** `"now"`, `[amount, unit]`, or a moment in ISO 8601. */
  when: string | [number, string];
}

/** `meta.jobs`, kept in order. Nothing is started here. */
export function provideJobs(queued: QueuedJob[]): Capabilities["jobs"] {
  return {
    async enqueue(name, payload, due) {
      // Called for its check of the unit alone.
      if (due.tag === "after") jobDelay(due.val.amount, due.val.unit);
      queued.push({
        name,
        ...(payload === undefined ? {} : { payload: JSON.parse(payload) as Json }),
        when: when(due),
      });
    },
  };
}

function when(due: Due): QueuedJob["when"] {
  if (due.tag === "after") return [due.val.amount, due.val.unit];
  return due.tag === "now" ? "now" : due.val;
}
