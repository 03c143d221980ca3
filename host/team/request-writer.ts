import { acceptedEvent } from "./accepted-event.ts";
import type { AcceptedEvent } from "./accepted-event.ts";
import type { Bodies } from "./bodies.ts";
import type { Inbox, NewInboxRow } from "./inbox.ts";
import type { Intake } from "./intake.ts";
import type { Requests } from "./invocation.ts";
import type { Jobs, NewJob } from "./jobs.ts";

export interface RequestWriterDeps {
  inbox: Inbox;
  intake: Intake;
  bodies: Bodies;
  jobs: Jobs;
  now(): number;
}

/** Requests that are ready to be written. */
export interface PreparedRequests {
  arriving: NewInboxRow[];
  jobs: readonly NewJob[];
}

/** Writes what calls of plugins asked for beside their results: events and jobs. */
export class RequestWriter {
  readonly #deps: RequestWriterDeps;

  constructor(deps: RequestWriterDeps) {
    this.#deps = deps;
  }

  /**
   * Makes requests ready; events of other shards are safe there when this resolves.
   * @param added events that come before those that were captured
   */
  async prepare({ captured, jobs }: Requests, added: readonly AcceptedEvent[] = []): Promise<PreparedRequests> {
    const events = [...added, ...captured.map((message) => acceptedEvent(message))];
    return { arriving: await this.#deps.intake.prepare(events), jobs };
  }

  /** Writes them, as part of the caller's transaction. */
  write({ arriving, jobs }: PreparedRequests): void {
    this.#deps.inbox.append(arriving, this.#deps.now());
    for (const job of jobs) this.#deps.jobs.add(job);
  }

  /** Forgets what was stored for requests that were not written after all. */
  async discard({ arriving }: PreparedRequests): Promise<void> {
    await this.#deps.bodies.delete(arriving);
  }
}
