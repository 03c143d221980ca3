import { sql } from "drizzle-orm";

import type { Outcome } from "../../runtime/outcome.ts";
import type { TeamDatabase } from "./database.ts";
import type { PluginConfig } from "./plugin-config.ts";
import { redactOutcome } from "./redact-outcome.ts";
import { cutRing } from "./ring.ts";
import { outcome, outcomeCount } from "./schema.ts";

/** How a call ended, and the number of its recording if it failed. */
export interface CallOutcome extends Outcome {
  recording?: number;
}

/** An outcome with the names of all that took part in it. */
export interface PluginOutcome extends CallOutcome {
  teamId: number;
  pluginConfigId: number;
  plugin: string;
  version: string;
}

const KEEP = 5_000;
/** Of the calls that ended well, one in this many is kept for people to look at. */
const SAMPLE = 100;

/** Names an outcome's team, plugin and version. */
export function attribute(plugin: PluginConfig, ended: CallOutcome): PluginOutcome {
  const { teamId, id, pluginName, version } = plugin;
  return { teamId, pluginConfigId: id, plugin: pluginName, version, ...ended };
}

/** How the calls of plugins ended: all counted, every drop and failure kept for a while. */
export class Outcomes {
  readonly #count: ReturnType<typeof prepareCount>;
  readonly #db: TeamDatabase;
  readonly #redact: (text: string) => string;
  #seen = 0;

  /** @param redact takes secrets out of what is kept */
  constructor(db: TeamDatabase, redact: (text: string) => string) {
    this.#count = prepareCount(db);
    this.#db = db;
    this.#redact = redact;
  }

  /** @param at milliseconds since the epoch */
  record(told: PluginOutcome, eventUuid: string | null, at: number): void {
    const ended = redactOutcome(told, this.#redact);
    const { pluginConfigId, plugin, version, function: name, kind, fuel } = ended;
    this.#count.run({ pluginConfigId, function: name, kind, fuel });
    const isPlain = kind === "ok" && (ended.results ?? []).every((result) => result.kind === "ok");
    if (isPlain && this.#seen++ % SAMPLE !== 0) return;
    const [row] = this.#db
      .insert(outcome)
      .values({ at, eventUuid, pluginConfigId, plugin, version, kind, outcome: JSON.stringify(ended) })
      .returning({ id: outcome.id })
      .all();
    if (row) cutRing(this.#db, outcome, row.id, KEEP);
  }
}

/** What runs for each call, built once. */
function prepareCount(db: TeamDatabase) {
  const { pluginConfigId, function: name, kind, count, fuel } = outcomeCount;
  const given = sql.placeholder;
  return db
    .insert(outcomeCount)
    .values({
      pluginConfigId: given("pluginConfigId"),
      function: given("function"),
      kind: given("kind"),
      count: 1,
      fuel: given("fuel"),
    })
    .onConflictDoUpdate({
      target: [pluginConfigId, name, kind],
      set: { count: sql`${count} + 1`, fuel: sql`${fuel} + ${given("fuel")}` },
    })
    .prepare();
}
