import type { Env } from "../../env.ts";
import type { FileCache } from "../../files/file-cache.ts";
import { switchesOver } from "../../store/kill-switches.ts";
import { openRegistry } from "../../store/registry.ts";
import { type Candidate, givenIdPrefix, loadPlugin } from "../load-team.ts";
import { Lock } from "../plugins/lock.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";
import type { Meter } from "../quotas/meter.ts";
import { dryRun, type DryRunDeps, type DryRunReport, type DryRunRequest } from "./dry-run.ts";
import { type Pair, preview, type PreviewReport, type PreviewRequest } from "./preview.ts";

/** What is tried of plugins beside the events: nothing of it is kept. */
export class TrialDesk {
  readonly #env: Env;
  readonly #deps: TrialDeskDeps;
  readonly #previews = new Lock();

  constructor(env: Env, deps: TrialDeskDeps) {
    this.#env = env;
    this.#deps = deps;
  }

  /** Runs a plugin as a config would have it. */
  async dryRun(candidate: Candidate, request: DryRunRequest): Promise<DryRunReport> {
    const { files, meter } = this.#deps;
    const switches = await switchesOver(openRegistry(this.#env), candidate.teamId);
    const config = await loadPlugin(this.#env, candidate, switches);
    await this.#deps.plugins.destination();
    try {
      return await meter.during(() => dryRun(config, request, this.#deps));
    } finally {
      files.forget(givenIdPrefix(candidate.teamId));
    }
  }

  /** Runs events through two versions of a plugin. One preview at a time: they take long. */
  async preview(candidates: Pair<Candidate>, request: PreviewRequest): Promise<PreviewReport> {
    const switches = await switchesOver(openRegistry(this.#env), candidates.from.teamId);
    const [from, to] = await Promise.all([
      loadPlugin(this.#env, candidates.from, switches),
      loadPlugin(this.#env, candidates.to, switches),
    ]);
    await this.#deps.plugins.destination();
    return this.#previews.run(() => this.#deps.meter.during(() => preview({ from, to }, request, this.#deps)));
  }
}

export interface TrialDeskDeps extends DryRunDeps {
  plugins: TeamPlugins;
  meter: Meter;
  files: FileCache;
}
