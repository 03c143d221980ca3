import { backoffMs } from "../delivery/backoff.ts";
import { describeError } from "../describe-error.ts";
import type { Message } from "../event.ts";
import { MissingBodyError } from "./bodies.ts";
import type { Bodies } from "./bodies.ts";
import type { TeamDatabase } from "./database.ts";
import type { Inbox, InboxRow } from "./inbox.ts";
import type { Outbox } from "./outbox.ts";
import { runPlugins } from "./pipeline.ts";
import type { Plugin } from "./plugin.ts";
import type { ResultWriter } from "./result-writer.ts";
import type { TeamPlugins } from "./team-plugins.ts";

export interface DrainDeps {
  db: TeamDatabase;
  inbox: Inbox;
  outbox: Outbox;
  bodies: Bodies;
  plugins: TeamPlugins;
  results: ResultWriter;
  now(): number;
  random(): number;
}

/** Stands for the uuid of an event of which nothing is left. */
const UNKNOWN = "unknown";

/** Takes events from the inbox through the plugins to the outbox, one at a time. */
export class Drain {
  readonly #deps: DrainDeps;

  constructor(deps: DrainDeps) {
    this.#deps = deps;
  }

  nextDue(): number | null {
    return this.#deps.inbox.nextDue();
  }

  /**
   * Processes the next event.
   * @param isSuspicious whether the last run ended in the middle: any event may have been its end
   * @returns the fuel it took, or null when no event is due
   */
  async step(isSuspicious: boolean): Promise<number | null> {
    const { inbox, now, plugins } = this.#deps;
    const row = inbox.next(now());
    return row ? plugins.use((current) => this.#take(row, current, isSuspicious)) : null;
  }

  async #take(row: InboxRow, plugins: readonly Plugin[], isSuspicious: boolean): Promise<number> {
    // Held in advance, so that an event that takes the whole object down with it is not the first in line again.
    if (isSuspicious || row.progress.failures > 0) this.#holdAfterFailure(row);
    try {
      return await this.#process(row, plugins);
    } catch (error) {
      if (error instanceof MissingBodyError) return this.#giveUp(row, error);
      // The host failed on this event, not the plugin: it waits, so that those behind it do not.
      console.error(`event ${row.seq} is held: ${describeError(error)}`);
      this.#holdAfterFailure(row);
      return 0;
    }
  }

  async #process(row: InboxRow, plugins: readonly Plugin[]): Promise<number> {
    const body = await this.#deps.bodies.get(row);
    const message = JSON.parse(body) as Message;
    const { uuid } = message.event;
    const result = await runPlugins({ message, progress: row.progress, size: body.length }, plugins);
    await this.#deps.results.write(row, { body, uuid, message }, result);
    return result.outcomes.reduce((fuel, outcome) => fuel + outcome.fuel, 0);
  }

  #holdAfterFailure({ seq, progress }: InboxRow): void {
    const failures = progress.failures + 1;
    const dueAt = this.#deps.now() + backoffMs(failures, this.#deps.random());
    this.#deps.inbox.hold(seq, { ...progress, failures }, dueAt);
  }

  /** What is lost in R2 does not come back: the event must not hold up its person for ever. */
  #giveUp(row: InboxRow, { message }: MissingBodyError): number {
    const { db, inbox, outbox, now } = this.#deps;
    console.error(`event ${row.seq} is given up: ${message}`);
    const { body, blobKey } = row;
    db.transaction(() => {
      inbox.remove(row);
      outbox.addDeadLetter({ uuid: UNKNOWN, body, blobKey, status: 0, answer: message, at: now() });
    });
    return 0;
  }
}
