import type { TeamDatabase } from "../database.ts";
import { cutToShares } from "./log-shares.ts";
import { logEntry } from "../schema.ts";

/** What somebody says, and of which call's function and event, if it is of one. */
export type LogEntry = Omit<typeof logEntry.$inferInsert, "id" | "at">;
/** The same as it is kept. */
export type KeptLogEntry = typeof logEntry.$inferSelect;

/** Characters of one message that are kept. */
const MAX_MESSAGE = 8192;

/** What plugins, and the system around them, said lately. */
export class TeamLog {
  readonly #db: TeamDatabase;
  readonly #now: () => number;
  readonly #redact: (text: string) => string;
  readonly #onWrite: () => void;

  /**
   * @param redact takes secrets out of a text
   * @param onWrite told after each entry
   */
  constructor(db: TeamDatabase, now: () => number, redact: (text: string) => string, onWrite: () => void) {
    this.#db = db;
    this.#now = now;
    this.#redact = redact;
    this.#onWrite = onWrite;
  }

  write(entry: LogEntry): void {
    // Before it is cut, so that no half of a secret is left at its end.
    const whole = this.#redact(entry.message);
    const message = whole.length > MAX_MESSAGE ? `${whole.slice(0, MAX_MESSAGE)}... (cut)` : whole;
    const { function: name = null, eventUuid = null } = entry;
    const by = { function: name && this.#redact(name), eventUuid: eventUuid && this.#redact(eventUuid) };
    const row = this.#db
      .insert(logEntry)
      .values({ ...entry, ...by, message, at: this.#now() })
      .returning({ id: logEntry.id })
      .get();
    cutToShares(this.#db, row.id);
    this.#onWrite();
  }
}
