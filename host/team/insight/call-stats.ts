import { and, eq, gte, lt } from "drizzle-orm";
import type { OutcomeKind } from "../../../wit/generated/contract.ts";
import type { TeamDatabase } from "../database.ts";
import type { PluginOutcome } from "./outcomes.ts";
import { callStat } from "../schema.ts";
import { addHistogram, emptyHistogram, observe } from "./histogram.ts";
import type { Histogram } from "./histogram.ts";

export type Interval = "minute" | "hour";

/** The calls of one function in one minute or hour. */
export interface CallStat {
  /** When it begins: milliseconds since the epoch. */
  start: number;
  pluginConfigId: number;
  version: string;
  function: string;
  /** How many calls ended how. */
  kinds: Partial<Record<OutcomeKind, number>>;
  fuel: Histogram;
  /** Milliseconds. */
  duration: Histogram;
}

export interface StatQuery {
  interval: Interval;
  /** Milliseconds since the epoch; `to` is not included. */
  from: number;
  to: number;
  pluginConfigId?: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LENGTH_MS: Record<Interval, number> = { minute: MINUTE_MS, hour: HOUR_MS };
const KEEP_MS: Record<Interval, number> = { minute: 6 * HOUR_MS, hour: 31 * 24 * HOUR_MS };
const INTERVALS = ["minute", "hour"] as const;

/**
 * How often functions were called, how that ended and what it took. Counted in memory, and written once for many calls: what an object had
 * not written when it was ended by force is lost, which the ledger does not mind.
 */
export class CallStats {
  readonly #db: TeamDatabase;
  readonly #now: () => number;
  readonly #unwritten = new Map<string, CallStat>();

  /** @param now milliseconds since the epoch */
  constructor(db: TeamDatabase, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /** @param at milliseconds since the epoch */
  note({ pluginConfigId, version, function: called, kind, fuel, ms }: PluginOutcome, at: number): void {
    // Names of jobs are the plugin's: there may be any number of them.
    const name = called.startsWith("jobs.") ? "runJob" : called;
    const start = startOf("minute", at);
    const stat = statIn(this.#unwritten, { start, pluginConfigId, version, function: name });
    stat.kinds[kind] = (stat.kinds[kind] ?? 0) + 1;
    observe(stat.fuel, fuel);
    if (ms !== undefined) observe(stat.duration, Math.max(ms, 0));
  }

  /** Writes what was counted, and forgets what is old. */
  flush(): void {
    if (this.#unwritten.size === 0) return;
    this.#db.transaction(() => {
      for (const interval of INTERVALS) {
        const merged = new Map<string, CallStat>();
        for (const stat of this.#unwritten.values())
          addStat(statIn(merged, { ...stat, start: startOf(interval, stat.start) }), stat);
        for (const stat of merged.values()) this.#write(interval, stat);
        const oldest = this.#now() - KEEP_MS[interval];
        this.#db
          .delete(callStat)
          .where(and(eq(callStat.interval, interval), lt(callStat.start, oldest)))
          .run();
      }
    });
    this.#unwritten.clear();
  }

  /** Oldest first. */
  list({ interval, from, to, pluginConfigId }: StatQuery): CallStat[] {
    this.flush();
    const isOfConfig = pluginConfigId === undefined ? undefined : eq(callStat.pluginConfigId, pluginConfigId);
    const isInTime = and(eq(callStat.interval, interval), gte(callStat.start, from), lt(callStat.start, to));
    return this.#db.select().from(callStat).where(and(isInTime, isOfConfig)).orderBy(callStat.start).all();
  }

  #write(interval: Interval, stat: CallStat): void {
    const isSame = and(
      eq(callStat.interval, interval),
      eq(callStat.start, stat.start),
      eq(callStat.pluginConfigId, stat.pluginConfigId),
      eq(callStat.version, stat.version),
      eq(callStat.function, stat.function),
    );
    const written = this.#db.select().from(callStat).where(isSame).get();
    if (written) addStat(stat, written);
    const { kinds, fuel, duration } = stat;
    const { interval: period, start, pluginConfigId, version, function: name } = callStat;
    this.#db
      .insert(callStat)
      .values({ ...stat, interval })
      .onConflictDoUpdate({ target: [period, start, pluginConfigId, version, name], set: { kinds, fuel, duration } })
      .run();
  }
}

/** Adds up those that are of the same function and time, such as those of several shards. Oldest first. */
export function mergeStats(all: readonly CallStat[]): CallStat[] {
  const merged = new Map<string, CallStat>();
  for (const stat of all) addStat(statIn(merged, stat), stat);
  return [...merged.values()].sort((a, b) => a.start - b.start);
}

type Series = Pick<CallStat, "start" | "pluginConfigId" | "version" | "function">;

function statIn(stats: Map<string, CallStat>, { start, pluginConfigId, version, function: name }: Series): CallStat {
  const key = JSON.stringify([start, pluginConfigId, version, name]);
  const found = stats.get(key);
  if (found) return found;
  const series = { start, pluginConfigId, version, function: name };
  const fresh = { ...series, kinds: {}, fuel: emptyHistogram(), duration: emptyHistogram() };
  stats.set(key, fresh);
  return fresh;
}

function addStat(to: CallStat, { kinds, fuel, duration }: CallStat): void {
  for (const [kind, count] of Object.entries(kinds) as [OutcomeKind, number][])
    to.kinds[kind] = (to.kinds[kind] ?? 0) + count;
  addHistogram(to.fuel, fuel);
  addHistogram(to.duration, duration);
}

const startOf = (interval: Interval, at: number): number => at - (at % LENGTH_MS[interval]);
