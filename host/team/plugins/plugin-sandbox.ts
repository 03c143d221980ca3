import type { Outcome } from "../../../runtime/outcome.ts";
import type { Pool, PoolMember } from "../../../runtime/pool.ts";
import type { Snapshots } from "../../../runtime/snapshots.ts";
import { PluginLoadError } from "../../../runtime/sandbox-options.ts";
import type { Sandbox } from "../../../runtime/sandbox.ts";
import type { HandlerName } from "../../../wit/generated/contract.ts";
import { closedBy } from "./closed.ts";
import { noRequests } from "./invocation.ts";
import type { Requests } from "./invocation.ts";
import type { KnownFailures } from "./failed-setups.ts";
import { PluginCalls } from "./plugin-calls.ts";
import type { PluginCall, PluginCallsDeps, PluginResult } from "./plugin-calls.ts";
import type { PluginConfig } from "./plugin-config.ts";
import { SetupFailure, type SetupFailures } from "./setup-failures.ts";

/** What a sandbox of a plugin is for, and what the log says when it is there, and when it could not be set up. */
const ROLES = {
  main: { loaded: "Plugin loaded.", failed: "Plugin failed to load." },
  spare: {
    loaded: "Plugin loaded a second time, for the events: a task, a job or an export of it takes long.",
    failed: "Plugin failed to load a second time, for the events: these wait for a task, a job or an export of it.",
  },
};

type Role = keyof typeof ROLES;

/** Where the plugin is kept as it was after its setup. */
export const snapshotKeyOf = ({ id, revision }: PluginConfig, { poolPrefix }: PluginDeps): string =>
  `${poolPrefix}/${id}/${revision}`;

type MayGrow = (bytes: number) => boolean;

export interface PluginDeps extends PluginCallsDeps {
  pool: Pool;
  /** Tells this object's sandboxes from those of the others in the isolate. */
  poolPrefix: string;
  /** Plugins after their setup, for sandboxes that replace a lost or evicted one. */
  snapshots: Snapshots;
  failedSetups: KnownFailures;
  /** Has the object that owns a sandbox tear it down, which another object evicts: each may only do input and output of its own. */
  askOwnerToRetire(pluginConfigId: number): Promise<void>;
  /** Told of every setup and teardown, which no event asked for, and of what they ask for. */
  onLifecycle(plugin: PluginConfig, outcome: Outcome, requests: Requests): Promise<void>;
}

/** A sandbox of a plugin: calls reach it, and it is built and set up when it is not there. */
export class PluginSandbox {
  readonly config: PluginConfig;
  readonly #calls: PluginCalls;
  readonly #deps: PluginDeps;
  readonly #failures: SetupFailures;
  readonly #poolKey: string;
  readonly #role: Role;
  /** A sandbox that was evicted, until it is torn down. */
  #evicted: Sandbox | undefined;
  #retiring: Promise<void> | undefined;
  /** How many captures led to the call for which the sandbox was built: what its setup and teardown capture counts on from there. */
  #hops = 0;
  #stoppedFor: string | undefined;

  /**
   * @param role which of the plugin's sandboxes it is
   * @param failures those of this sandbox alone
   */
  constructor(config: PluginConfig, role: Role, failures: SetupFailures, deps: PluginDeps) {
    this.config = config;
    this.#calls = new PluginCalls(config, deps);
    this.#deps = deps;
    this.#failures = failures;
    this.#role = role;
    this.#poolKey = `${this.#snapshotKey}/${role}`;
  }

  /** Calls a function, or tells how setting the plugin up failed. */
  async call(call: PluginCall): Promise<PluginResult> {
    const result = await this.#withSandbox(call.hops, (sandbox) => this.#calls.run(sandbox, call));
    if (!(result instanceof SetupFailure)) return result;
    return {
      outcome: result.outcome,
      json: null,
      isSameEvent: false,
      thrown: null,
      stack: "",
      requests: noRequests(),
      ran: false,
      ...(this.#stoppedFor !== undefined && { wasStopped: true }),
    };
  }

  /**
   * The first of some functions that the plugin has, if any. Builds the sandbox when it is not there. A plugin that
   * cannot be set up is taken to have those that it had when it was installed, so that its failure is told and its policy holds.
   * @param hops of the call that is to follow
   */
  async firstOf(names: readonly HandlerName[], hops: number): Promise<HandlerName | undefined> {
    const found = await this.#withSandbox(hops, async ({ discovery }) =>
      names.find((name) => discovery.handlers.includes(name)),
    );
    return found instanceof SetupFailure ? names.find((name) => this.config.methods.includes(name)) : found;
  }

  /** Ends the sandbox: `teardownPlugin` runs after the calls in hand, and nothing after it. */
  async tearDown(): Promise<void> {
    const sandbox = await this.#deps.pool.take(this.#poolKey);
    await this.retire();
    if (sandbox) await this.#unload(sandbox);
  }

  /** Ends the call in hand, the setup too, and has all that follow end in the same way. @param reason for people */
  stop(reason: string): void {
    this.#stoppedFor = reason;
    this.#calls.stop(reason);
  }

  /** Throws the sandbox away: nothing more runs in it, `teardownPlugin` neither. */
  async discard(): Promise<void> {
    const sandbox = (await this.#deps.pool.take(this.#poolKey)) ?? this.#evicted;
    this.#evicted = undefined;
    if (sandbox && !sandbox.lost) sandbox.dispose();
  }

  /** Has the next use try the setup again, however often it has failed. */
  forgetFailures(): void {
    this.#failures.forget();
  }

  /** Builds the sandbox when it is not there. @param hops of what asks for it @returns what is wrong with the plugin, if anything is */
  async prepare(hops: number): Promise<Outcome | null> {
    const failure = await this.#withSandbox(hops, async () => null);
    return failure && failure.outcome;
  }

  /** Tears down the sandbox that was evicted, if one was. */
  async retire(): Promise<void> {
    const sandbox = this.#evicted;
    this.#evicted = undefined;
    if (sandbox) this.#retiring = this.#unload(sandbox);
    await this.#retiring;
  }

  async #unload(sandbox: Sandbox): Promise<void> {
    if (sandbox.lost) return;
    try {
      await this.#callLifecycle(sandbox, "teardownPlugin");
      this.#log("INFO", "Plugin unloaded.");
    } finally {
      sandbox.dispose();
    }
  }

  /** After their setup all sandboxes of a plugin are the same. */
  get #snapshotKey(): string {
    return snapshotKeyOf(this.config, this.#deps);
  }

  /** @param hops of the call that asks for it */
  async #withSandbox<T>(hops: number, run: (sandbox: Sandbox) => Promise<T>): Promise<T | SetupFailure> {
    const failure = this.#closed() ?? this.#failures.at(this.#deps.now());
    if (failure) return failure;
    try {
      return await this.#deps.pool.use(this.#poolKey, this.#memberFor(hops), run);
    } catch (error) {
      if (error instanceof SetupFailure) return error;
      throw error;
    }
  }

  #closed(): SetupFailure | undefined {
    const closed = this.#stoppedFor ?? this.config.closed;
    return closedBy({ ...(closed !== undefined && { closed }) }, this.#deps.meter);
  }

  #memberFor(hops: number): PoolMember {
    return {
      build: (mayGrow) => this.#build(hops, mayGrow),
      retire: async (sandbox) => {
        this.#evicted = sandbox;
        await this.#deps.askOwnerToRetire(this.config.id);
      },
    };
  }

  async #build(hops: number, mayGrow: MayGrow): Promise<Sandbox> {
    // The old sandbox is torn down before the new one serves.
    await this.retire();
    this.#hops = hops;
    const snapshot = this.#deps.snapshots.get(this.#snapshotKey);
    const sandbox = snapshot ? this.#calls.restore(snapshot, mayGrow) : await this.#setUp(mayGrow);
    this.#failures.forget();
    this.#log("INFO", ROLES[this.#role].loaded);
    return sandbox;
  }

  async #setUp(mayGrow: MayGrow): Promise<Sandbox> {
    const sandbox = await this.#load(mayGrow);
    try {
      const outcome = await this.#callLifecycle(sandbox, "setupPlugin");
      // That it was stopped says nothing of its setup, which is tried at once when it may run again.
      const closed = this.#closed();
      if (closed) throw closed;
      if (outcome && outcome.kind !== "ok") throw this.#noteFailure(outcome);
    } catch (error) {
      sandbox.dispose();
      throw error;
    }
    const snapshot = sandbox.snapshot();
    if (snapshot) this.#deps.snapshots.keep(this.#snapshotKey, snapshot);
    return sandbox;
  }

  async #load(mayGrow: MayGrow): Promise<Sandbox> {
    try {
      return await this.#calls.load(mayGrow);
    } catch (error) {
      if (!(error instanceof PluginLoadError)) throw error;
      this.#deps.meter.spend("fuel_per_day", error.outcome.fuel);
      this.#calls.logFailure(error.outcome);
      await this.#deps.onLifecycle(this.config, error.outcome, noRequests());
      throw this.#noteFailure(error.outcome);
    }
  }

  async #callLifecycle(sandbox: Sandbox, name: "setupPlugin" | "teardownPlugin"): Promise<Outcome | undefined> {
    if (!sandbox.discovery.handlers.includes(name)) return undefined;
    const at = this.#deps.now();
    const about = { args: [], messages: [], hops: this.#hops, ingestId: `${name}:${at}`, at };
    const { outcome, requests } = await this.#calls.run(sandbox, { function: name, ...about });
    await this.#deps.onLifecycle(this.config, outcome, requests);
    return outcome;
  }

  #noteFailure(outcome: Outcome): SetupFailure {
    const { failure, pause } = this.#failures.note(outcome, this.#deps.now());
    const next = pause === null ? "It is not tried again until its config is saved." : `Retrying in ${pause / 1000} s.`;
    this.#log("ERROR", `${ROLES[this.#role].failed} ${next}`);
    return failure;
  }

  #log(type: string, message: string): void {
    this.#deps.log.write({ pluginConfigId: this.config.id, source: "SYSTEM", type, message });
  }
}
