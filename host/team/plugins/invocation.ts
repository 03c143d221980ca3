import { HostError } from "../../../runtime/host-error.ts";
import type { Message } from "../../event.ts";
import type { BufferRequest } from "../follow-ups/buffers.ts";
import type { NewJob } from "../jobs/jobs.ts";
import type { Measurement } from "../insight/metrics.ts";

/** What the host knows of the plugin call in hand, for the capabilities that ask. */
export interface Invocation {
  /** The time that the plugin sees: milliseconds since the epoch. */
  now(): number;
  /** The host's own time: milliseconds since the epoch. */
  hostNow(): number;
  /** The events in hand; none in tasks, jobs and setup. */
  messages: readonly Message[];
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
  /** What it gathered, and what it had flushed, in order. */
  buffers: BufferRequest[];
  /** What it wrote to its metrics. */
  measured: Measurement[];
  /** UTF-16 units of all the JSON in them, and of the names of events. */
  length: number;
}

export const noRequests = (): Requests => ({ captured: [], jobs: [], buffers: [], measured: [], length: 0 });

/** Adds what another call has asked for. Their lengths were counted for each. */
export function addRequests(to: Requests, { captured, jobs, buffers, measured }: Requests): void {
  to.captured.push(...captured);
  to.jobs.push(...jobs);
  to.buffers.push(...buffers);
  to.measured.push(...measured);
}

/** What stays of what a call has asked for when it is to be made again: that call asks for its jobs itself, and they are to run once. */
export const withoutJobs = (requests: Requests): Requests => ({ ...requests, jobs: [] });

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
