import type { TeamDatabase } from "../database.ts";
import { cutToShares } from "./log-shares.ts";
import type { Meter } from "../quotas/meter.ts";
import { logEntry } from "../schema.ts";

/** What somebody says, and of which call's function and event, if it is of one. */
export type LogEntry = Omit<typeof logEntry.$inferInsert, "id" | "at">;
/** The same as it is kept. */
export type KeptLogEntry = typeof logEntry.$inferSelect;

/** Stands for a config in what is said of the team as a whole. */
export const OF_TEAM = 0;

/** Characters of one message that are kept. */
const MAX_MESSAGE = 8192;

/** What plugins, and the system around them, said lately. */
export class TeamLog {
  readonly #db: TeamDatabase;
  readonly #now: () => number;
  readonly #redact: (text: string) => string;
  readonly #meter: Pick<Meter, "takeLine">;
  readonly #onWrite: () => void;

  /**
   * @param redact takes secrets out of a text
   * @param onWrite told after each entry
   */
  constructor(
    db: TeamDatabase,
    now: () => number,
    redact: (text: string) => string,
    meter: Pick<Meter, "takeLine">,
    onWrite: () => void,
  ) {
    this.#db = db;
    this.#now = now;
    this.#redact = redact;
    this.#meter = meter;
    this.#onWrite = onWrite;
  }

  /** Keeps an entry, unless the team has used up its quota of them. */
  write(entry: LogEntry): void {
    if (this.#meter.takeLine()) this.#keep(entry);
  }

  /** Says something of the team as a whole, which no quota keeps back. */
  announce(message: string): void {
    this.#keep({ pluginConfigId: OF_TEAM, source: "SYSTEM", type: "WARN", message });
  }

  #keep(entry: LogEntry): void {
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
