import type { TeamDatabase } from "../database.ts";
import type { TeamLog } from "../insight/log.ts";
import type { Jobs, NamedJobs } from "./jobs.ts";

export interface JobKeeperDeps {
  db: TeamDatabase;
  jobs: Jobs;
  log: TeamLog;
}

/** The configs of a team, by id. */
export interface Configs {
  /** Whose plugins run. */
  enabled: readonly number[];
  /** All that there are. */
  all: readonly number[];
}

/** Names of jobs that one line of the log has. */
const MAX_NAMED = 20;

/** What becomes of jobs whose config is switched off, switched on again or removed. */
export class JobKeeper {
  readonly #deps: JobKeeperDeps;

  constructor(deps: JobKeeperDeps) {
    this.#deps = deps;
  }

  /** Has jobs of disabled configs wait, those of enabled ones run, and those of no config be gone. The log tells of it. */
  settle({ enabled, all }: Configs): void {
    const { db, jobs } = this.#deps;
    const runs = new Set(enabled);
    db.transaction(() => {
      jobs.unpark(enabled);
      const parked = jobs.park(all.filter((id) => !runs.has(id)));
      this.#tell(parked, "INFO", parkedFate);
      this.#tell(jobs.removeOthers([...all, ...enabled]), "WARN", removedFate);
    });
  }

  #tell(found: readonly NamedJobs[], type: "INFO" | "WARN", fateOf: (jobs: NamedJobs) => string): void {
    for (const [pluginConfigId, ofConfig] of Map.groupBy(found, (each) => each.pluginConfigId))
      for (const [fate, jobs] of Map.groupBy(ofConfig, fateOf)) {
        const total = jobs.reduce((sum, { count }) => sum + count, 0);
        const named = jobs.slice(0, MAX_NAMED).map(({ name, count }) => `${name} (${count})`);
        const others = jobs.length > MAX_NAMED ? [`${jobs.length - MAX_NAMED} other names`] : [];
        const message = `${total} ${total === 1 ? "job" : "jobs"} ${fate}: ${[...named, ...others].join(", ")}`;
        this.#deps.log.write({ pluginConfigId, source: "SYSTEM", type, message });
      }
  }
}

const parkedFate = ({ hasBegun }: NamedJobs): string =>
  hasBegun
    ? "in the middle of a run, and run again, if need be, once the plugin config is enabled again"
    : "waiting until the plugin config is enabled again";

const removedFate = ({ hasBegun }: NamedJobs): string =>
  hasBegun
    ? "in the middle of a run, and not run again, as the plugin config was removed"
    : "discarded, as the plugin config was removed";
