import { lt } from "drizzle-orm";
import type { TeamDatabase } from "../database.ts";
import { logEntry } from "../schema.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The time before which a team's lines are too old to be kept, or shown: milliseconds since the epoch. */
export const oldestKept = (days: number, now: number): number => now - days * DAY_MS;

/** Forgets what plugins said so many days ago, once an hour while there is work. */
export class LogRetention {
  readonly #db: TeamDatabase;
  readonly #now: () => number;
  readonly #days: () => number | undefined;
  #nextAt = 0;

  /** @param days for which lines are kept; undefined while nobody knows */
  constructor(db: TeamDatabase, now: () => number, days: () => number | undefined) {
    this.#db = db;
    this.#now = now;
    this.#days = days;
  }

  flush(): void {
    const now = this.#now();
    const days = this.#days();
    if (days === undefined || now < this.#nextAt) return;
    this.#nextAt = now + HOUR_MS;
    const from = oldestKept(days, now);
    // The oldest is looked at first: looking at all costs as many rows as there are.
    const { at, id } = logEntry;
    const oldest = this.#db.select({ at }).from(logEntry).orderBy(id).limit(1).get();
    if (oldest && oldest.at < from) this.#db.delete(logEntry).where(lt(at, from)).run();
  }
}
