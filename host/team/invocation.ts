import type { Message } from "../event.ts";
import type { NewJob } from "./jobs.ts";

/** What the host knows of the plugin call in hand, for the capabilities that ask. */
export interface Invocation {
  /** The time that the plugin sees: milliseconds since the epoch. */
  now(): number;
  /** The host's own time: milliseconds since the epoch. */
  hostNow(): number;
  /** The event being processed; null in tasks, jobs and setup. */
  message: Message | null;
  /** What the call asks for. It happens when the call's other results are written, in the same transaction. */
  requests: Requests;
}

/** What a plugin call asks for beside its result. */
export interface Requests {
  /** Events that the plugin captured. */
  captured: Message[];
  jobs: NewJob[];
}

export const noRequests = (): Requests => ({ captured: [], jobs: [] });
