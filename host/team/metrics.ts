import { and, eq } from "drizzle-orm";

import type { Capabilities } from "../../wit/generated/contract.ts";
import type { TeamDatabase } from "./database.ts";
import { metric } from "./schema.ts";

type Operation = Parameters<Capabilities["metrics"]["write"]>[1];

const COMBINE: Record<Operation, (current: number, value: number) => number> = {
  increment: (current, value) => current + value,
  max: Math.max,
  min: Math.min,
};

/** The running value of each metric of a config: those of its plugin, and those that exports have by themselves. */
export class Metrics {
  readonly #db: TeamDatabase;

  constructor(db: TeamDatabase) {
    this.#db = db;
  }

  write(pluginConfigId: number, name: string, operation: Operation, value: number): void {
    const isIt = and(eq(metric.pluginConfigId, pluginConfigId), eq(metric.name, name));
    const current = this.#db.select().from(metric).where(isIt).get();
    const next = current ? COMBINE[operation](current.value, value) : value;
    this.#db
      .insert(metric)
      .values({ pluginConfigId, name, value: next })
      .onConflictDoUpdate({ target: [metric.pluginConfigId, metric.name], set: { value: next } })
      .run();
  }
}
