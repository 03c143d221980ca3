import { desc, sql } from "drizzle-orm";

import type { JsonObject, Message, PluginEvent } from "../../event.ts";
import type { TeamDatabase } from "../database.ts";
import type { PluginOutcome } from "./outcomes.ts";
import { redactOutcome } from "../plugins/redact-outcome.ts";
import { cutRing } from "./ring.ts";
import { recentEvent } from "../schema.ts";

export interface RecentEvent {
  id: number;
  at: number;
  /** As the first plugin got it. */
  before: JsonObject;
  /** As the last plugin left it, which is not yet what delivery makes of it; null when one dropped it. */
  after: JsonObject | null;
  outcomes: PluginOutcome[];
}

/** An event with all that its calls follow from. */
export interface RecentMessage {
  /** When the plugins were done with it: milliseconds since the epoch. */
  at: number;
  message: Message;
}

const KEEP = 256;
/** Longer ones are not worth a look on a page, and would make the ring large. */
const MAX_JSON = 20_000;
/** UTF-16 units of what is said of one; a row of SQLite in a Durable Object holds at most 2 MB. */
const MAX_TOLD = 500_000;

/** The last events before and after the plugins. */
export class RecentEvents {
  readonly #db: TeamDatabase;
  readonly #insert: ReturnType<typeof prepareInsert>;
  readonly #now: () => number;
  readonly #redact: (text: string) => string;

  /** @param redact takes secrets out of what is said of the events; the events are the plugins' own */
  constructor(db: TeamDatabase, now: () => number, redact: (text: string) => string) {
    this.#redact = redact;
    this.#db = db;
    this.#insert = prepareInsert(db);
    this.#now = now;
  }

  /**
   * @param before JSON of the message as it came
   * @param left the event as the plugins left it; null when one of them dropped it
   */
  add(before: string, left: PluginEvent | null, outcomes: PluginOutcome[]): void {
    if (before.length > MAX_JSON) return;
    const after = left && JSON.stringify(left);
    if (after !== null && after.length > MAX_JSON) return;
    const told = JSON.stringify(outcomes.map((outcome) => redactOutcome(outcome, this.#redact)));
    if (told.length > MAX_TOLD) return;
    const row = this.#insert.get({ at: this.#now(), before, after, outcomes: told });
    if (row) cutRing(this.#db, recentEvent, row.id, KEEP);
  }

  /** The messages of the last events, as they came, newest first. */
  messages(limit: number): RecentMessage[] {
    const { at, before, id } = recentEvent;
    const rows = this.#db.select({ at, before }).from(recentEvent).orderBy(desc(id)).limit(limit).all();
    return rows.map((row) => ({ at: row.at, message: JSON.parse(row.before) as Message }));
  }

  /** Newest first. */
  list(limit: number): RecentEvent[] {
    const rows = this.#db.select().from(recentEvent).orderBy(desc(recentEvent.id)).limit(limit).all();
    return rows.map(({ before, after, outcomes, ...row }) => ({
      ...row,
      before: (JSON.parse(before) as Message).event,
      after: after === null ? null : (JSON.parse(after) as JsonObject),
      outcomes: JSON.parse(outcomes) as PluginOutcome[],
    }));
  }
}

/** What runs for each event, built once. */
function prepareInsert(db: TeamDatabase) {
  const given = sql.placeholder;
  return db
    .insert(recentEvent)
    .values({ at: given("at"), before: given("before"), after: given("after"), outcomes: given("outcomes") })
    .returning({ id: recentEvent.id })
    .prepare();
}
