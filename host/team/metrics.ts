import { and, count, eq } from "drizzle-orm";

import { HostError } from "../../runtime/host-error.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import type { TeamDatabase } from "./database.ts";
import type { Facts } from "./facts.ts";
import { metric } from "./schema.ts";

export type MetricOperation = Parameters<Capabilities["metrics"]["write"]>[1];

/** Milliseconds from a metric's first value to the event that tells it, as in PostHog. */
const REPORT_AFTER = 30 * 60 * 1000;
/** Metrics of one config. */
const MAX_METRICS = 200;
/** Characters of a metric's name. */
const MAX_NAME = 200;

const COMBINE: Record<MetricOperation, (current: number, value: number) => number> = {
  increment: (current, value) => current + value,
  max: Math.max,
  min: Math.min,
};

/** The metrics of a team's plugins, and those that exports have by themselves, as they stand since the last report. */
export class Metrics {
  readonly #db: TeamDatabase;
  readonly #facts: Facts;
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(db: TeamDatabase, facts: Facts, now: () => number) {
    this.#db = db;
    this.#facts = facts;
    this.#now = now;
  }

  /** @throws {HostError} when a config has too many, or a name is too long */
  write(pluginConfigId: number, name: string, operation: MetricOperation, value: number): void {
    if (name.length > MAX_NAME)
      throw new HostError(
        "RangeError",
        `metrics: a name has at most ${MAX_NAME} characters, this one has ${name.length}`,
      );
    const isThis = and(eq(metric.pluginConfigId, pluginConfigId), eq(metric.name, name));
    const current = this.#db.select().from(metric).where(isThis).get();
    if (!current) this.#add(pluginConfigId);
    const next = current ? COMBINE[operation](current.value, value) : value;
    this.#db
      .insert(metric)
      .values({ pluginConfigId, name, value: next })
      .onConflictDoUpdate({ target: [metric.pluginConfigId, metric.name], set: { value: next } })
      .run();
  }

  /** When the next report is due: milliseconds since the epoch, or null for never. */
  nextDue(): number | null {
    return this.#facts.get("metricsDue") ?? null;
  }

  /** What there is to report: by config, each metric's value. */
  all(): Map<number, Record<string, number>> {
    const found = new Map<number, Record<string, number>>();
    for (const { pluginConfigId, name, value } of this.#db.select().from(metric).all())
      found.set(pluginConfigId, { ...found.get(pluginConfigId), [name]: value });
    return found;
  }

  /** Begins anew. Part of the caller's transaction. */
  reset(): void {
    this.#db.delete(metric).run();
    this.#facts.forget("metricsDue");
  }

  #add(pluginConfigId: number): void {
    const ofConfig = eq(metric.pluginConfigId, pluginConfigId);
    const { rows = 0 } = this.#db.select({ rows: count() }).from(metric).where(ofConfig).get() ?? {};
    if (rows >= MAX_METRICS) throw new HostError("RangeError", `metrics: a plugin has at most ${MAX_METRICS} of them`);
    if (this.nextDue() === null) this.#facts.set("metricsDue", this.#now() + REPORT_AFTER);
  }
}
