import { backoffMs } from "../../delivery/backoff.ts";
import { describeError } from "../../describe-error.ts";
import { utf8Length } from "../../capture/utf8.ts";
import type { Message } from "../../event.ts";
import { MissingBodyError } from "../bodies.ts";
import type { Bodies } from "../bodies.ts";
import type { TeamDatabase } from "../database.ts";
import type { Inbox, InboxRow } from "./inbox.ts";
import type { Ledger } from "../insight/ledger.ts";
import { noteNothing, notePlugins } from "./note-plugins.ts";
import { UNKNOWN } from "./outbox.ts";
import type { Outbox } from "./outbox.ts";
import { runPlugins } from "./pipeline.ts";
import type { Plugin } from "../plugins/plugin.ts";
import type { InHand, ResultWriter } from "./result-writer.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";

export interface DrainDeps {
  db: TeamDatabase;
  inbox: Inbox;
  outbox: Outbox;
  ledger: Ledger;
  bodies: Bodies;
  plugins: TeamPlugins;
  results: ResultWriter;
  now(): number;
  random(): number;
}

/** Characters of the events that are taken at once: they are in memory together. A single event may be larger. */
const MAX_LENGTH = 1_000_000;

/** Takes events from the inbox through the plugins to the outbox: one at a time, or as many as a plugin wants together. */
export class Drain {
  readonly #deps: DrainDeps;

  constructor(deps: DrainDeps) {
    this.#deps = deps;
  }

  /** When the next events are due. They may wait for others that a plugin wants with them. */
  nextDue(): number | null {
    const { inbox, plugins } = this.#deps;
    const dueAt = inbox.nextDue();
    const { size, waitMs } = plugins.batching;
    return dueAt === null || waitMs === 0 || inbox.hasAtLeast(size) ? dueAt : dueAt + waitMs;
  }

  /**
   * Processes the next events.
   * @param isSuspicious whether the last run ended in the middle: any event may have been its end
   * @returns the fuel it took, or null when no event is due
   */
  async step(isSuspicious: boolean): Promise<number | null> {
    const { inbox, now, plugins } = this.#deps;
    if (inbox.nextDue() === null) return null;
    return plugins.use(async (current) => {
      const dueAt = this.nextDue();
      if (dueAt === null || dueAt > now()) return null;
      const rows = inbox.due(now(), isSuspicious ? 1 : plugins.batching.size);
      return this.#take(withoutSuspects(rows), current, isSuspicious);
    });
  }

  async #take(rows: readonly InboxRow[], plugins: readonly Plugin[], isSuspicious: boolean): Promise<number> {
    // Held in advance, so that an event that takes the whole object down with it is not the first in line again.
    if (isSuspicious || isSuspect(rows[0])) this.#holdAfterFailure(rows);
    try {
      return await this.#process(rows, plugins);
    } catch (error) {
      const [first] = rows;
      if (error instanceof MissingBodyError && first && rows.length === 1) return this.#giveUp(first, error);
      // The host failed on these events, not the plugin: they wait, so that those behind them do not.
      const which = rows.map(({ seq }) => seq).join(", ");
      console.error(`event ${which} is held: ${describeError(error)}`);
      this.#holdAfterFailure(rows);
      return 0;
    }
  }

  async #process(rows: readonly InboxRow[], plugins: readonly Plugin[]): Promise<number> {
    const taken = await this.#read(rows);
    const events = taken.map(({ row, body, message }) => ({
      message,
      progress: row.progress,
      size: body.length,
      person: row.distinctId,
    }));
    const configs = plugins.map(({ config }) => config);
    const note = this.#deps.plugins.notesPlugins ? notePlugins(configs) : noteNothing;
    const result = await runPlugins(events, plugins, note);
    await this.#deps.results.write(taken, result, configs);
    return result.calls.reduce((fuel, { outcome }) => fuel + outcome.fuel, 0);
  }

  async #read(rows: readonly InboxRow[]): Promise<InHand[]> {
    const taken: InHand[] = [];
    let length = 0;
    for (const row of rows) {
      if (taken.length > 0 && length + (row.body?.length ?? MAX_LENGTH) > MAX_LENGTH) break;
      const body = await this.#deps.bodies.get(row);
      length += body.length;
      taken.push({ row, body, message: JSON.parse(body) as Message });
    }
    return taken;
  }

  /** An event that is due again by itself, and is taken by itself: it may be the one that the host failed on. */
  #holdAfterFailure(rows: readonly InboxRow[]): void {
    const { db, inbox, now, random } = this.#deps;
    const people = new Set<string>();
    db.transaction(() => {
      for (const { seq, progress, distinctId } of rows) {
        const failures = progress.failures + 1;
        const dueAt = people.has(distinctId) ? null : now() + backoffMs(failures, random());
        inbox.hold(seq, { ...progress, failures }, dueAt);
        people.add(distinctId);
      }
    });
  }

  /** What is lost in R2 does not come back: the event must not hold up its person for ever. */
  #giveUp(row: InboxRow, { message }: MissingBodyError): number {
    const { db, inbox, outbox, ledger, now } = this.#deps;
    console.error(`event ${row.seq} is given up: ${message}`);
    const { body, blobKey } = row;
    const bytes = utf8Length(body ?? "");
    db.transaction(() => {
      inbox.remove(row);
      outbox.addDeadLetter({ uuid: UNKNOWN, body, blobKey, bytes, status: 0, answer: message, at: now() });
      ledger.add("dead", 1);
    });
    return 0;
  }
}

const isSuspect = (row: InboxRow | undefined): boolean => row !== undefined && row.progress.failures > 0;

/** The events that may be taken together: one on which the host failed is taken alone, when its turn has come. */
function withoutSuspects([first, ...others]: readonly InboxRow[]): readonly InboxRow[] {
  if (!first || isSuspect(first)) return first ? [first] : [];
  const stopped = new Set<string>();
  return [first, ...others].filter((row) => {
    if (isSuspect(row)) stopped.add(row.distinctId);
    return !stopped.has(row.distinctId);
  });
}
