import type { Capabilities } from "../../wit/generated/contract.ts";
import type { TeamDatabase } from "../team/database.ts";
import { metric } from "../team/schema.ts";
import { and, eq } from "drizzle-orm";

type Operation = Parameters<Capabilities["metrics"]["write"]>[1];

const COMBINE: Record<Operation, (current: number, value: number) => number> = {
  increment: (current, value) => current + value,
  max: Math.max,
  min: Math.min,
};

/** `meta.metrics` in the team's tables. */
export function provideMetrics(db: TeamDatabase, pluginConfigId: number): Capabilities["metrics"] {
  return {
    write(name, operation, value) {
      const current = db
        .select()
        .from(metric)
        .where(and(eq(metric.pluginConfigId, pluginConfigId), eq(metric.name, name)))
        .get();
      const next = current ? COMBINE[operation](current.value, value) : value;
      db.insert(metric)
        .values({ pluginConfigId, name, value: next })
        .onConflictDoUpdate({ target: [metric.pluginConfigId, metric.name], set: { value: next } })
        .run();
    },
  };
}
