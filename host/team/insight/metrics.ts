import { and, eq } from "drizzle-orm";

import type { Capabilities } from "../../../wit/generated/contract.ts";
import type { TeamDatabase } from "../database.ts";
import type { Facts } from "../facts.ts";
import { metric } from "../schema.ts";

export type MetricOperation = Parameters<Capabilities["metrics"]["write"]>[1];

/** Milliseconds from a metric's first value to the event that tells it, as in PostHog. */
const REPORT_AFTER = 30 * 60 * 1000;

const COMBINE: Record<MetricOperation, (current: number, value: number) => number> = {
  increment: (current, value) => current + value,
  max: Math.max,
  min: Math.min,
};

/** What a plugin wrote to one of its metrics. */
export interface Measurement {
  pluginConfigId: number;
  name: string;
  operation: MetricOperation;
  value: number;
}

/** What two values of a metric come to, the later one written by an operation. */
export const combine = (operation: MetricOperation, current: number, value: number): number =>
  COMBINE[operation](current, value);

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

  /** Writes a value, as part of the caller's transaction. */
  write({ pluginConfigId, name, operation, value }: Measurement): void {
    const isThis = and(eq(metric.pluginConfigId, pluginConfigId), eq(metric.name, name));
    const current = this.#db.select().from(metric).where(isThis).get();
    if (this.nextDue() === null) this.#facts.set("metricsDue", this.#now() + REPORT_AFTER);
    const next = current ? combine(operation, current.value, value) : value;
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

  /** Names of the metrics of a config that have a value. */
  namesOf(pluginConfigId: number): string[] {
    const { name } = metric;
    const rows = this.#db.select({ name }).from(metric).where(eq(metric.pluginConfigId, pluginConfigId)).all();
    return rows.map((row) => row.name);
  }
}
