import type { TeamDatabase } from "../database.ts";
import type { Meter } from "../quotas/meter.ts";
import { cutRing } from "./ring.ts";
import { logEntry } from "../schema.ts";

export type LogEntry = Omit<typeof logEntry.$inferSelect, "id" | "at">;

const KEEP = 10_000;
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

  /** @param redact takes secrets out of a message */
  constructor(db: TeamDatabase, now: () => number, redact: (text: string) => string, meter: Pick<Meter, "takeLine">) {
    this.#db = db;
    this.#now = now;
    this.#redact = redact;
    this.#meter = meter;
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
    const [row] = this.#db
      .insert(logEntry)
      .values({ ...entry, message, at: this.#now() })
      .returning({ id: logEntry.id })
      .all();
    if (row) cutRing(this.#db, logEntry, row.id, KEEP);
  }
}
