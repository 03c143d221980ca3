import type { LogEntry, TeamLog } from "../insight/log.ts";

/** Entries that one call of a plugin may write. */
const MAX_ENTRIES = 200;

/** A plugin's way to the team's log: so many entries a call, so that one plugin does not push out all others' words. */
export class CallLog {
  readonly #log: Pick<TeamLog, "write">;
  readonly #pluginConfigId: number;
  #call: Pick<LogEntry, "function" | "eventUuid"> = {};
  #written = 0;
  #kept: LogEntry[] | undefined;

  constructor(log: Pick<TeamLog, "write">, pluginConfigId: number) {
    this.#log = log;
    this.#pluginConfigId = pluginConfigId;
  }

  /** Begins a call: what is written until its end is of it. @param isKept whether its entries are wanted at its end, too */
  beginCall(call: Pick<LogEntry, "function" | "eventUuid">, isKept: boolean): void {
    this.#call = call;
    this.#kept = isKept ? [] : undefined;
  }

  write(entry: LogEntry): void {
    if (this.#kept && this.#kept.length < MAX_ENTRIES) this.#kept.push(entry);
    if (this.#written++ < MAX_ENTRIES) this.#log.write({ ...entry, ...this.#call });
  }

  /** Ends a call: what was left out is counted in the log itself. @returns its entries, if they were to be kept */
  endCall(): LogEntry[] | undefined {
    const kept = this.#kept;
    this.#kept = undefined;
    this.#countLeft();
    return kept;
  }

  #countLeft(): void {
    const left = this.#written - MAX_ENTRIES;
    const call = this.#call;
    this.#written = 0;
    this.#call = {};
    if (left <= 0) return;
    const message = `${left} more entries of this call were left out: at most ${MAX_ENTRIES} are kept`;
    this.#log.write({ pluginConfigId: this.#pluginConfigId, source: "SYSTEM", type: "WARN", message, ...call });
  }
}
