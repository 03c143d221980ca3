import { HostError } from "../../runtime/host-error.ts";
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
  /** How many `posthog.capture` calls led to this one, through events and jobs. */
  hops: number;
  /** What the call asks for. It happens when the call's other results are written, in the same transaction. */
  requests: Requests;
}

/** What a plugin call asks for beside its result. */
export interface Requests {
  /** Events that the plugin captured. */
  captured: Message[];
  jobs: NewJob[];
  /** UTF-16 units of all the JSON in them, and of the names of events. */
  length: number;
}

export const noRequests = (): Requests => ({ captured: [], jobs: [], length: 0 });

/** UTF-16 units of JSON that a call may ask the host to keep: it holds them in memory until the call's end. */
const MAX_LENGTH = 8_000_000;

/**
 * Counts what a call is about to ask for.
 * @param name of the function that the plugin called, for the message
 * @throws {HostError} when it would be too much
 */
export function reserve(requests: Requests, name: string, length: number): void {
  if (requests.length + length > MAX_LENGTH)
    throw new HostError("RangeError", `${name}: a call can ask for at most ${MAX_LENGTH} characters of JSON in all`);
  requests.length += length;
}
