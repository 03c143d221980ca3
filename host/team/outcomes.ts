import { and, eq, sql } from "drizzle-orm";

import type { Outcome } from "../../runtime/outcome.ts";
import type { TeamDatabase } from "./database.ts";
import type { PluginConfig } from "./plugin-config.ts";
import { cutRing } from "./ring.ts";
import { outcome, outcomeCount } from "./schema.ts";

/** An outcome with the names of all that took part in it. */
export interface PluginOutcome extends Outcome {
  teamId: number;
  pluginConfigId: number;
  plugin: string;
  version: string;
}

const KEEP = 5_000;
/** Of the calls that ended well, one in this many is kept for people to look at. */
const SAMPLE = 100;

/** Names an outcome's team, plugin and version. */
export function attribute(plugin: PluginConfig, ended: Outcome): PluginOutcome {
  const { teamId, id, pluginName, version } = plugin;
  return { teamId, pluginConfigId: id, plugin: pluginName, version, ...ended };
}

/** How the calls of plugins ended: all counted, every drop and failure kept for a while. */
export class Outcomes {
  readonly #db: TeamDatabase;
  #seen = 0;

  constructor(db: TeamDatabase) {
    this.#db = db;
  }

  /** @param at milliseconds since the epoch */
  record(ended: PluginOutcome, eventUuid: string | null, at: number): void {
    this.#count(ended);
    if (ended.kind === "ok" && this.#seen++ % SAMPLE !== 0) return;
    const { pluginConfigId, plugin, version, kind } = ended;
    const [row] = this.#db
      .insert(outcome)
      .values({ at, eventUuid, pluginConfigId, plugin, version, kind, outcome: JSON.stringify(ended) })
      .returning({ id: outcome.id })
      .all();
    if (row) cutRing(this.#db, outcome, row.id, KEEP);
  }

  #count({ pluginConfigId, function: name, kind, fuel }: PluginOutcome): void {
    this.#db
      .insert(outcomeCount)
      .values({ pluginConfigId, function: name, kind, count: 1, fuel })
      .onConflictDoUpdate({
        target: [outcomeCount.pluginConfigId, outcomeCount.function, outcomeCount.kind],
        set: { count: sql`${outcomeCount.count} + 1`, fuel: sql`${outcomeCount.fuel} + ${fuel}` },
      })
      .run();
  }

  /** How many calls of a config's function ended in one way. */
  count(pluginConfigId: number, name: string, kind: Outcome["kind"]): number {
    const where = and(
      eq(outcomeCount.pluginConfigId, pluginConfigId),
      eq(outcomeCount.function, name),
      eq(outcomeCount.kind, kind),
    );
    return this.#db.select().from(outcomeCount).where(where).get()?.count ?? 0;
  }
}
