import { createdEvent } from "./events/accepted-event.ts";
import type { AcceptedEvent } from "./events/accepted-event.ts";
import type { Bodies } from "./bodies.ts";
import type { Inbox, NewInboxRow } from "./events/inbox.ts";
import type { Intake } from "./events/intake.ts";
import type { Buffers, PreparedBufferRequest } from "./follow-ups/buffers.ts";
import type { Requests } from "./plugins/invocation.ts";
import type { Jobs, NewJob } from "./jobs/jobs.ts";
import type { Measurement, Metrics } from "./insight/metrics.ts";

export interface RequestWriterDeps {
  inbox: Inbox;
  intake: Intake;
  bodies: Bodies;
  buffers: Buffers;
  jobs: Jobs;
  metrics: Metrics;
  now(): number;
}

/** Requests that are ready to be written. */
export interface PreparedRequests {
  arriving: NewInboxRow[];
  jobs: readonly NewJob[];
  buffers: readonly PreparedBufferRequest[];
  measured: readonly Measurement[];
}

/** Writes what calls of plugins asked for beside their results: events, jobs, objects to be gathered and metrics. */
export class RequestWriter {
  readonly #deps: RequestWriterDeps;

  constructor(deps: RequestWriterDeps) {
    this.#deps = deps;
  }

  /**
   * Makes requests ready; events of other shards are safe there when this resolves.
   * @param added events that come before those that were captured
   */
  async prepare(
    { captured, jobs, buffers, measured }: Requests,
    added: readonly AcceptedEvent[] = [],
  ): Promise<PreparedRequests> {
    const events = [...added, ...captured.map((message) => createdEvent(message))];
    return {
      arriving: await this.#deps.intake.prepare(events),
      jobs,
      buffers: await Promise.all(buffers.map((request) => this.#deps.buffers.prepare(request))),
      measured,
    };
  }

  /** Writes them, as part of the caller's transaction. */
  write(asked: PreparedRequests): void {
    const { buffers, inbox, jobs, metrics, now } = this.#deps;
    inbox.append(asked.arriving, now());
    for (const job of asked.jobs) jobs.add(job);
    for (const request of asked.buffers) buffers.write(request, now());
    for (const measurement of asked.measured) metrics.write(measurement);
  }

  /** Forgets what was stored for requests that were not written after all. */
  async discard({ arriving, buffers }: PreparedRequests): Promise<void> {
    this.#deps.jobs.recount();
    await this.#deps.bodies.delete([...arriving, ...buffers.map(({ stored }) => stored)]);
  }
}
