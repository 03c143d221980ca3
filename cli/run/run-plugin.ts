import type { JsonObject } from "../../host/event.ts";
import { splitConfig } from "../../host/secrets/injection.ts";
import type { CallResult } from "../../runtime/outcome.ts";
import { PluginLoadError } from "../../runtime/sandbox-options.ts";
import type { FileAttachment } from "../case/attachments.ts";
import { Sandbox } from "../../runtime/sandbox.ts";
import { LoadError } from "../errors.ts";
import { loadImage } from "../image.ts";
import { SCRIPT_NAME } from "../../host/plugins/source-position.ts";
import type { LoadedPlugin } from "../plugin/load-plugin.ts";
import { scriptError } from "../plugin/script-error.ts";
import { describeRun } from "./output.ts";
import type { RunOutput } from "./output.ts";
import { planJob } from "./plan.ts";
import type { PlannedCall } from "./plan.ts";
import type { World } from "./world.ts";

export interface RunInput {
  plugin: LoadedPlugin;
  config: JsonObject;
  attachments: FileAttachment[];
  world: World;
  /** Makes the key of each call's randomness, and of the script's. */
  nextKey: () => Uint8Array;
  /** What errors call the plugin; its name when this is absent. */
  self?: string;
  /** Milliseconds to move the clock on by between setupPlugin and the first call. */
  afterSetup?: number;
  calls: PlannedCall[];
}

/** A run with what a person wants to see beside its output. */
export interface PluginRun {
  output: RunOutput;
  /** The result of setupPlugin, when it failed. */
  setup: CallResult | null;
  calls: { planned: PlannedCall; result: CallResult }[];
  /** Jobs that ran because a call queued them with runNow. */
  jobs: { planned: PlannedCall; result: CallResult }[];
  /** Jobs with runNow that were not run, because there were too many. */
  jobsLeft: number;
  /** What the plugin has: functions, and jobs as `jobs.NAME`. */
  functions: string[];
  warnings: string[];
}

/** Jobs with runNow that one run starts. */
const MAX_JOBS = 100;

/**
 * Runs a plugin: `setupPlugin` once, then the calls one after another, each followed by the jobs that it queued with
 * `runNow`. A sandbox that a call has used up is replaced for the next.
 * @throws {LoadError} when the plugin's script cannot be run
 */
export async function runPlugin(input: RunInput): Promise<PluginRun> {
  const runner = new Runner(input);
  const setup = await runner.start();
  if (!setup) input.world.clock.advance(input.afterSetup ?? 0);
  if (!setup) for (const planned of input.calls) await runner.callAndFollow(planned);
  return runner.finish(setup);
}

class Runner {
  readonly #input: RunInput;
  readonly #calls: PluginRun["calls"] = [];
  readonly #jobs: PluginRun["jobs"] = [];
  #sandbox: Sandbox | undefined;
  #nextJob = 0;
  #fuel = 0;

  constructor(input: RunInput) {
    this.#input = input;
  }

  /** Loads the plugin and sets it up. Returns what went wrong with its setup, if anything did. */
  async start(): Promise<CallResult | null> {
    const { plugin, config, attachments, world } = this.#input;
    const { seen, injections } = splitConfig(plugin.manifest.config, config);
    try {
      this.#sandbox = Sandbox.load({
        image: await loadImage(),
        self: this.#input.self ?? `plugin "${plugin.manifest.name}"`,
        script: { code: plugin.compiled.code, filename: SCRIPT_NAME },
        config: seen,
        attachments: attachments.map(({ key, contentType, fileName, size }) => ({ key, contentType, fileName, size })),
        limits: world.limits,
        randomKey: this.#input.nextKey(),
        clock: world.clock,
        provide: (scope) => world.provide(scope, { attachments, injections }),
        denials: world.denials,
        onIdle: (pending) => world.timers.onIdle(pending),
      });
    } catch (error) {
      throw error instanceof PluginLoadError ? scriptError(plugin, error) : error;
    }
    const { discovery } = this.#sandbox;
    if (discovery.handlers.length + discovery.tasks.length + discovery.jobs.length === 0)
      throw new LoadError(nothingFound(discovery.warnings), null);
    if (!discovery.handlers.includes("setupPlugin")) return null;
    const result = await this.#call({ method: "setupPlugin", args: [] });
    if (result.outcome.kind !== "ok" && result.outcome.kind !== "bad-return") return result;
    await this.#runJobs();
    return null;
  }

  async callAndFollow(planned: PlannedCall): Promise<void> {
    const { world } = this.#input;
    this.#calls.push({ planned, result: await this.#make(planned) });
    await this.#runJobs();
    if (planned.clearCacheKey !== undefined) world.cache.delete(planned.clearCacheKey);
    world.clock.advance(planned.advance ?? 0);
  }

  finish(setup: CallResult | null): PluginRun {
    const results = this.#calls.map(({ result }) => result);
    const used = { fuel: this.#fuel, memoryBytes: this.#sandbox?.memoryBytes ?? 0 };
    const { handlers = [], tasks = [], jobs = [], warnings = [] } = this.#sandbox?.discovery ?? {};
    this.#sandbox?.dispose();
    return {
      output: describeRun(this.#input.world, setup && failureOf(setup), results, used),
      setup,
      calls: this.#calls,
      jobs: this.#jobs,
      jobsLeft: this.#input.world.jobs.filter(({ when }) => when === "now").length - this.#jobs.length,
      functions: [...handlers, ...tasks, ...jobs.map((name) => `jobs.${name}`)],
      warnings: [...this.#input.plugin.warnings, ...warnings],
    };
  }

  async #make(planned: PlannedCall): Promise<CallResult> {
    const { label, method } = planned;
    if (this.#sandbox?.lost) {
      const setup = await this.start();
      if (setup) return failed(label, `setupPlugin failed in a fresh sandbox: ${failureOf(setup)}`);
    }
    const { handlers = [], tasks = [] } = this.#sandbox?.discovery ?? {};
    const isThere = handlers.includes(method) || (method === "processEvent" && handlers.includes("processEventBatch"));
    if (method !== "runJob" && !isThere && !tasks.includes(label))
      return failed(
        label,
        `TypeError: the plugin has no ${label}; it has ${[...handlers, ...tasks].join(", ")}: name one with --call, or as the "method" of a case`,
      );
    return this.#call(planned);
  }

  async #call({ method, args, handOver }: Pick<PlannedCall, "method" | "args" | "handOver">): Promise<CallResult> {
    if (!this.#sandbox) throw new Error("no sandbox was loaded");
    this.#input.world.timers.begin();
    const key = this.#input.nextKey();
    const event = handOver && (JSON.parse(args[0] ?? "null") as JsonObject);
    const given = event ? { event, handOver } : { args };
    const result = await this.#sandbox.call({ function: method, ...given, randomKey: () => key });
    this.#fuel += result.outcome.fuel;
    return event && result.isSameEvent ? { ...result, json: JSON.stringify(event) } : result;
  }

  /** Jobs queue on the world's list, so that those which a job queues run as well. */
  async #runJobs(): Promise<void> {
    const { jobs } = this.#input.world;
    for (; this.#nextJob < jobs.length; this.#nextJob++) {
      const job = jobs[this.#nextJob];
      if (job?.when !== "now" || this.#jobs.length >= MAX_JOBS) continue;
      const planned = planJob(job.name, job.payload);
      this.#jobs.push({ planned, result: await this.#make(planned) });
    }
  }
}

const failureOf = ({ outcome, thrown }: CallResult): string => thrown ?? outcome.message ?? outcome.kind;

function failed(label: string, message: string): CallResult {
  return {
    outcome: { function: label, kind: "threw", message, fuel: 0 },
    json: null,
    isSameEvent: false,
    thrown: message,
    stack: "",
  };
}

function nothingFound(warnings: readonly string[]): string {
  const reasons = warnings.map((warning) => `\n  ${warning}`).join("");
  return `the plugin has none of the functions that a plugin can have: export processEvent, onEvent, runEveryMinute or another one${reasons}`;
}
