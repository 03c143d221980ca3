import type { JsonObject } from "../../../runtime/event/event-source.ts";
import { DEFAULT_LIMITS } from "../../../runtime/limits.ts";
import type { Limits } from "../../../runtime/limits.ts";
import type { CallResult } from "../../../runtime/outcome.ts";
import { Sandbox } from "../../../runtime/sandbox.ts";
import type { CallScope, SandboxOptions } from "../../../runtime/sandbox-options.ts";
import { CAPABILITY_NAMES } from "../../../wit/generated/contract.ts";
import type { Capabilities, CapabilityName, HandlerName } from "../../../wit/generated/contract.ts";
import { image } from "./image.ts";
import { Records } from "./records.ts";
import type { TestAttachment } from "./records.ts";

export interface PluginOptions {
  config?: unknown;
  attachments?: readonly TestAttachment[];
  limits?: Partial<Limits>;
  /** Of the script's own randomness; zeros unless given. */
  randomKey?: Uint8Array;
  /** Everything unless given. */
  granted?: readonly CapabilityName[];
  /** Providers that take the place of the recording ones. */
  provide?(scope: CallScope): Partial<Capabilities>;
  /** Asked before linear memory grows. */
  mayGrow?(bytes: number): boolean;
  /** The guest's time zone, as seconds to add to UTC. */
  utcOffset?: number;
  /** Runs the source as it stands, for what a compiler would refuse or change. */
  raw?: boolean;
}

/** A plugin in a sandbox, with providers that record. Arguments and results of its functions are plain values here. */
export class LoadedPlugin {
  readonly sandbox: Sandbox;
  readonly records: Records;
  readonly clock: { now: number };
  /** What the sandbox was loaded with, for one that goes on from its snapshot. */
  readonly options: SandboxOptions;

  constructor(sandbox: Sandbox, options: SandboxOptions, records: Records, clock: { now: number }) {
    this.sandbox = sandbox;
    this.options = options;
    this.records = records;
    this.clock = clock;
  }

  /** Calls a function and gives all there is to know of how it ended. An event is handed over where it lies, unless it is a copy. */
  async call(
    name: HandlerName,
    args: unknown[] = [],
    key: Uint8Array = new Uint8Array(32),
    isCopy = false,
  ): Promise<CallResult> {
    const texts = args.map((arg) => JSON.stringify(arg));
    const randomKey = () => key;
    const isEvent = (name === "processEvent" || name === "onEvent") && texts[0]?.startsWith("{");
    if (isCopy || !isEvent) return this.sandbox.call({ function: name, args: texts, randomKey });
    const event = JSON.parse(texts[0] ?? "") as JsonObject;
    const result = await this.sandbox.call({ function: name, event, randomKey });
    return result.isSameEvent ? { ...result, json: JSON.stringify(event) } : result;
  }

  /** Calls a function that must end well and gives what it returned. */
  async run(name: HandlerName, ...args: unknown[]): Promise<unknown> {
    const { outcome, json } = await this.call(name, args);
    if (outcome.kind !== "ok") throw new Error(`${name} ended as ${JSON.stringify(outcome)}`);
    return json === null ? undefined : JSON.parse(json);
  }
}

/** The compiler is large, and raw sources do without it. */
async function compile(source: string): Promise<string> {
  const { compilePlugin } = await import("../../../host/plugins/compile.ts");
  return compilePlugin({ "index.ts": source }, "index.ts").code;
}

/**
 * Loads a plugin from its source text, TypeScript or not. Its clock stands still at the turn of 2020 until a test moves it.
 * @throws {PluginLoadError} when the script fails
 */
export async function loadPlugin(source: string, options: PluginOptions = {}): Promise<LoadedPlugin> {
  const clock = { now: Date.UTC(2020, 0, 1) };
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const records = new Records(() => clock.now, limits);
  const { attachments = [] } = options;
  const granted = options.granted ?? CAPABILITY_NAMES;
  const loadOptions: SandboxOptions = {
    image,
    script: {
      code: options.raw ? source : await compile(source),
      filename: "index.ts",
    },
    config: options.config ?? {},
    attachments: attachments.map(({ contents, ...attachment }) => ({ ...attachment, size: contents.length })),
    limits,
    randomKey: options.randomKey ?? new Uint8Array(32),
    clock: { now: () => clock.now, utcOffset: () => options.utcOffset ?? 0 },
    provide(scope) {
      const all = { ...records.provide(scope, attachments), ...options.provide?.(scope) };
      return Object.fromEntries(granted.map((name) => [name, all[name]]));
    },
    ...(options.mayGrow && { mayGrow: options.mayGrow }),
    denials: { fetch: "fetch is not granted: add it to the plugin's grants" },
  };
  return new LoadedPlugin(Sandbox.load(loadOptions), loadOptions, records, clock);
}
