import type { TeamDatabase } from "../database.ts";
import { cutRing } from "./ring.ts";
import { logEntry } from "../schema.ts";

export type LogEntry = Omit<typeof logEntry.$inferSelect, "id" | "at">;

const KEEP = 10_000;
/** Characters of one message that are kept. */
const MAX_MESSAGE = 8192;

/** What plugins, and the system around them, said lately. */
export class TeamLog {
  readonly #db: TeamDatabase;
  readonly #now: () => number;
  readonly #redact: (text: string) => string;

  /** @param redact takes secrets out of a message */
  constructor(db: TeamDatabase, now: () => number, redact: (text: string) => string) {
    this.#db = db;
    this.#now = now;
    this.#redact = redact;
  }

  write(entry: LogEntry): void {
    // Before it is cut, so that no half of a secret is left at its end.
    const whole = this.#redact(entry.message);
    const message = whole.length > MAX_MESSAGE ? `${whole.slice(0, MAX_MESSAGE)}... (cut)` : whole;
    const [row] = this.#db
      .insert(logEntry)
      .values({ ...entry, message, at: this.#now() })
      .returning({ id: logEntry.id })
      .all();
    if (row) cutRing(this.#db, logEntry, row.id, KEEP);
  }
}
