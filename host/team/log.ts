import type { TeamDatabase } from "./database.ts";
import { cutRing } from "./ring.ts";
import { logEntry } from "./schema.ts";

export type LogEntry = Omit<typeof logEntry.$inferSelect, "id" | "at">;

const KEEP = 10_000;
/** Characters of one message that are kept. */
const MAX_MESSAGE = 8192;

/** What plugins, and the system around them, said lately. */
export class TeamLog {
  readonly #db: TeamDatabase;
  readonly #now: () => number;

  constructor(db: TeamDatabase, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  write(entry: LogEntry): void {
    const message =
      entry.message.length > MAX_MESSAGE ? `${entry.message.slice(0, MAX_MESSAGE)}... (cut)` : entry.message;
    const [row] = this.#db
      .insert(logEntry)
      .values({ ...entry, message, at: this.#now() })
      .returning({ id: logEntry.id })
      .all();
    if (row) cutRing(this.#db, logEntry, row.id, KEEP);
  }
}
