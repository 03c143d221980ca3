import type { TeamDatabase } from "../database.ts";
import type { CallStats } from "./call-stats.ts";
import type { ErrorGroups } from "./error-groups.ts";
import { type Failure, sampleOf } from "./failure-sample.ts";
import type { TimedOutcome } from "./timed-outcome.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import { redactOutcome } from "../plugins/redact-outcome.ts";
import { cutRing } from "./ring.ts";
import { outcome } from "../schema.ts";

/** How a call ended, and if it failed the number of its recording, and what it was like. */
export interface CallOutcome extends TimedOutcome {
  recording?: number;
  /** Of a failure. It is not told with the outcome. */
  failure?: Failure;
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
  readonly #db: TeamDatabase;
  readonly #redact: (text: string) => string;
  readonly #stats: CallStats;
  readonly #errors: ErrorGroups;
  readonly #onChange: () => void;
  #seen = 0;

  /**
   * @param redact takes secrets out of what is kept
   * @param onChange told of each outcome
   */
  constructor(
    db: TeamDatabase,
    redact: (text: string) => string,
    stats: CallStats,
    errors: ErrorGroups,
    onChange: () => void,
  ) {
    this.#onChange = onChange;
    this.#db = db;
    this.#redact = redact;
    this.#stats = stats;
    this.#errors = errors;
  }

  /** @param at milliseconds since the epoch */
  record(told: PluginOutcome, eventUuid: string | null, at: number): void {
    const ended = redactOutcome(told, this.#redact);
    const { pluginConfigId, plugin, version, kind } = ended;
    this.#stats.note(ended, at);
    this.#onChange();
    const sample = told.failure && sampleOf(told.failure, this.#redact);
    this.#errors.note(ended, sample ?? null, eventUuid, at);
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
