import { and, count, eq, gte, lt } from "drizzle-orm";
import type { TeamDatabase } from "../database.ts";
import { addEgress, type EgressCounts, noEgress } from "./egress-counts.ts";
import { egressStat } from "../schema.ts";

export type EgressInterval = "hour" | "day";

/** What a config exchanged with a host in an hour or a day. */
export interface EgressStat {
  /** When it begins: milliseconds since the epoch. */
  start: number;
  pluginConfigId: number;
  /** `OTHER` for those beyond the most that are told apart. */
  host: string;
  counts: EgressCounts;
}

export interface EgressQuery {
  interval: EgressInterval;
  /** Milliseconds since the epoch; `to` is not included. */
  from: number;
  to: number;
  pluginConfigId?: number;
}

/** Stands for the hosts beyond the most. No host is called so. */
export const OTHER = "(other)";

const HOUR_MS = 3_600_000;
const LENGTH_MS: Record<EgressInterval, number> = { hour: HOUR_MS, day: 24 * HOUR_MS };
const KEEP_MS: Record<EgressInterval, number> = { hour: 7 * 24 * HOUR_MS, day: 90 * 24 * HOUR_MS };
const INTERVALS = ["hour", "day"] as const;
/** Hosts that are told apart, of one config in one hour or day: a plugin may make names up. */
const MAX_HOSTS = 50;
const MAX_HOST_LENGTH = 253;

/** What plugins sent out and got back, by host. Counted in memory, and written once for many requests, as CallStats are. */
export class EgressStats {
  readonly #db: TeamDatabase;
  readonly #now: () => number;
  readonly #redact: (text: string) => string;
  readonly #unwritten = new Map<string, EgressStat>();

  /**
   * @param now milliseconds since the epoch
   * @param redact takes secrets out of a text: a plugin may ask a host that is called so
   */
  constructor(db: TeamDatabase, now: () => number, redact: (text: string) => string) {
    this.#db = db;
    this.#now = now;
    this.#redact = redact;
  }

  /** @param host of the address; undefined when it is none */
  note(pluginConfigId: number, host: string | undefined, counts: Partial<EgressCounts>): void {
    const start = startOf("hour", this.#now());
    const name = host === undefined ? OTHER : this.#redact(host).slice(0, MAX_HOST_LENGTH);
    const isKnown = this.#unwritten.has(keyOf({ start, pluginConfigId, host: name }));
    const isFull = !isKnown && this.#hostsInMemory(start, pluginConfigId) >= MAX_HOSTS;
    addEgress(statIn(this.#unwritten, { start, pluginConfigId, host: isFull ? OTHER : name }).counts, counts);
  }

  /** Writes what was counted, and forgets what is old. */
  flush(): void {
    if (this.#unwritten.size === 0) return;
    this.#db.transaction(() => {
      for (const interval of INTERVALS) {
        const ofInterval = [...this.#unwritten.values()].map((stat) => ({
          ...stat,
          start: startOf(interval, stat.start),
        }));
        for (const stat of mergeEgress(ofInterval)) this.#write(interval, stat);
        const oldest = this.#now() - KEEP_MS[interval];
        const { interval: period, start } = egressStat;
        this.#db
          .delete(egressStat)
          .where(and(eq(period, interval), lt(start, oldest)))
          .run();
      }
    });
    this.#unwritten.clear();
  }

  /** Oldest first. */
  list({ interval, from, to, pluginConfigId }: EgressQuery): EgressStat[] {
    this.flush();
    const { start, interval: period, pluginConfigId: config, host, counts } = egressStat;
    const isOfConfig = pluginConfigId === undefined ? undefined : eq(config, pluginConfigId);
    return this.#db
      .select({ start, pluginConfigId: config, host, counts })
      .from(egressStat)
      .where(and(eq(period, interval), gte(start, from), lt(start, to), isOfConfig))
      .orderBy(start, config, host)
      .all();
  }

  #hostsInMemory(start: number, pluginConfigId: number): number {
    let hosts = 0;
    for (const stat of this.#unwritten.values())
      if (stat.start === start && stat.pluginConfigId === pluginConfigId) hosts++;
    return hosts;
  }

  #write(interval: EgressInterval, { start, pluginConfigId, host, counts }: EgressStat): void {
    const isOfConfig = and(
      eq(egressStat.interval, interval),
      eq(egressStat.start, start),
      eq(egressStat.pluginConfigId, pluginConfigId),
    );
    const find = (name: string) =>
      this.#db
        .select()
        .from(egressStat)
        .where(and(isOfConfig, eq(egressStat.host, name)))
        .get();
    const known = find(host);
    const hosts = known
      ? 0
      : (this.#db.select({ hosts: count() }).from(egressStat).where(isOfConfig).get()?.hosts ?? 0);
    const name = hosts >= MAX_HOSTS ? OTHER : host;
    const written = known ?? find(name);
    const all = noEgress();
    addEgress(all, counts);
    if (written) addEgress(all, written.counts);
    const { interval: period, start: begin, pluginConfigId: config, host: of } = egressStat;
    this.#db
      .insert(egressStat)
      .values({ interval, start, pluginConfigId, host: name, counts: all })
      .onConflictDoUpdate({ target: [period, begin, config, of], set: { counts: all } })
      .run();
  }
}

/** Adds up those of the same host and time, such as those of several shards. Oldest first. */
export function mergeEgress(all: readonly EgressStat[]): EgressStat[] {
  const merged = new Map<string, EgressStat>();
  for (const stat of all) addEgress(statIn(merged, stat).counts, stat.counts);
  return [...merged.values()].sort((a, b) => a.start - b.start);
}

type Series = Omit<EgressStat, "counts">;

const keyOf = ({ start, pluginConfigId, host }: Series): string => JSON.stringify([start, pluginConfigId, host]);

function statIn(stats: Map<string, EgressStat>, { start, pluginConfigId, host }: Series): EgressStat {
  const key = keyOf({ start, pluginConfigId, host });
  const found = stats.get(key) ?? { start, pluginConfigId, host, counts: noEgress() };
  stats.set(key, found);
  return found;
}

const startOf = (interval: EgressInterval, at: number): number => at - (at % LENGTH_MS[interval]);
