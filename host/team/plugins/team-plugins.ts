import type { Outcome } from "../../../runtime/outcome.ts";
import { batchingOf, ONE_BY_ONE } from "../events/batching.ts";
import type { Batching } from "../events/batching.ts";
import type { PosthogAccount } from "../../capabilities/posthog-api.ts";
import type { Redactor } from "../../secrets/redactor.ts";
import type { KillSwitch } from "../../store/kill-switches.ts";
import type { Destination } from "../events/delivery.ts";
import { markOf, reasonOf, switchOn } from "./kill-switch.ts";
import type { Configs } from "../jobs/job-keeper.ts";
import type { TeamQuotas } from "../quotas/quotas.ts";
import { Lock } from "./lock.ts";
import { PATIENCE_MS, Plugin } from "./plugin.ts";
import type { PluginDeps } from "./plugin-sandbox.ts";
import type { PluginConfig } from "./plugin-config.ts";

/** A team's settings as the registry has them. */
export interface TeamSetup {
  /** Null for a team that is gone. */
  account: PosthogAccount | null;
  shards: number;
  /** The most shards that it ever had. */
  mostShards: number;
  /** What an operator has decided. */
  quotas: TeamQuotas;
  /** Adds $plugins_succeeded, $plugins_failed and $plugins_deferred to each event. */
  notesPlugins: boolean;
  /** Days after which what plugins said is forgotten. */
  logRetentionDays: number;
  /** Takes the team's secrets out of what its plugins say. */
  redactor: Redactor;
  /** Enabled configs in the order of the pipeline. */
  plugins: PluginConfig[];
  /** The kill switches over them. */
  switches: readonly KillSwitch[];
  /** Ids of all configs, disabled ones too. */
  configIds: readonly number[];
}

export interface TeamPluginsDeps extends PluginDeps {
  /** Told of a plugin before it is torn down, and whether another revision of its config takes its place. */
  onLeaving(plugin: Plugin, isReplaced: boolean): Promise<void>;
  /** The kill switches over the team's plugins, as the registry has them. */
  switches(): Promise<readonly KillSwitch[]>;
  /** Told of the team's configs after each look into the registry. */
  onLoaded(configs: Configs): void;
  /** A text that changes with the kill switches of all teams, of a minute ago at most. Cheap: it is asked for with each use. */
  markOfSwitches(): Promise<string | undefined>;
}

interface Current extends Omit<TeamSetup, "plugins"> {
  plugins: readonly Plugin[];
  batching: Batching;
}

/** The plugins and settings of a team, as of the last look into the registry. */
export class TeamPlugins {
  readonly #load: () => Promise<TeamSetup>;
  readonly #deps: TeamPluginsDeps;
  readonly #lock = new Lock();
  /** Plugins that are still called beside the events although another took their place, and their ends. */
  readonly #leaving = new Map<Plugin, Promise<void>>();
  #current: Current | undefined;
  /** Set when the registry has news: nothing is run with what was there before. */
  #isStale = true;
  /** The mark of all switches that those over this team were compared by. */
  #mark: string | undefined;

  /** @param load reads the registry */
  constructor(load: () => Promise<TeamSetup>, deps: TeamPluginsDeps) {
    this.#load = load;
    this.#deps = deps;
  }

  /** Runs something with the plugins of the moment, beside other uses. They are not replaced meanwhile. */
  async use<T>(run: (plugins: readonly Plugin[]) => Promise<T>): Promise<T> {
    await this.#heedSwitches();
    for (;;) {
      const current = await this.#settings();
      const used = await this.#lock.share(async () =>
        current === this.#current && !this.#isStale ? { result: await run(current.plugins) } : undefined,
      );
      if (used) return used.result;
    }
  }

  /**
   * Begins something beside the events with the plugin of a config; undefined when there is none. Events do not wait long for it, nor does a
   * change of configuration: the plugin is torn down when it has ended.
   */
  async begin<T>(pluginConfigId: number, run: (plugin: Plugin | undefined) => Promise<T>): Promise<T> {
    const begun = await this.use(async () => {
      const plugin = this.#find(pluginConfigId);
      const end = plugin ? plugin.beside(() => run(plugin)) : run(undefined);
      // It is the caller's to hear how it ended, but only in a moment.
      end.catch(() => undefined);
      return { end };
    });
    return begun.end;
  }

  async destination(): Promise<Destination> {
    const { account } = await this.#settings();
    return account?.host ? { host: account.host, apiKey: account.projectApiKey } : null;
  }

  /** What the team had of its PostHog at the last look; null for a team that is gone. */
  get account(): PosthogAccount | null {
    return this.#current?.account ?? null;
  }

  /** A text without the secrets that the team had at the last look. Before that no plugin has said anything. */
  redact(text: string): string {
    return this.#current?.redactor.text(text) ?? text;
  }

  /** How many shards the team had at the last look. */
  get shards(): number {
    return this.#current?.shards ?? 1;
  }

  /** The most shards that the team ever had, as of the last look. */
  get mostShards(): number {
    return this.#current?.mostShards ?? 1;
  }

  /** The team's configs, as of the last look. */
  get configs(): Configs {
    const { plugins = [], configIds = [] } = this.#current ?? {};
    return { enabled: plugins.map(({ config }) => config.id), all: configIds };
  }

  /** Whether events say which plugins they have passed, as of the last look. */
  get notesPlugins(): boolean {
    return this.#current?.notesPlugins ?? false;
  }

  /** How long what plugins say is kept, as of the last look. */
  get logRetentionDays(): number | undefined {
    return this.#current?.logRetentionDays;
  }

  /** How the plugins want their events in batches, as of the last look. */
  get batching(): Batching {
    return this.#current?.batching ?? ONE_BY_ONE;
  }

  /**
   * Takes over what the registry says now. Plugins that changed or went are torn down before others serve; of those that a kill switch
   * stops, the calls in hand end at once. When the registry cannot be read, this rejects and nothing is run until it can.
   */
  async reload(): Promise<void> {
    await Promise.all([
      this.#stopKilled(),
      this.#lock.run(async () => {
        this.#isStale = true;
        await this.#latest();
      }),
    ]);
  }

  /** Tears all plugins down, for good. */
  close(): Promise<void> {
    return this.#lock.run(async () => {
      for (const plugin of this.#current?.plugins ?? []) await this.#tearDown(plugin, []);
      this.#current = undefined;
      await Promise.all(this.#leaving.values());
    });
  }

  /** Tears down the sandbox of a config that was evicted. The calls in hand of others go on meanwhile. */
  async retire(pluginConfigId: number): Promise<void> {
    const plugins = [...(this.#current?.plugins ?? []), ...this.#leaving.keys()];
    await Promise.all(plugins.filter(({ config }) => config.id === pluginConfigId).map((plugin) => plugin.retire()));
  }

  /** Sets a plugin up again, however often that has failed. @returns the failure, or null when it is set up */
  retrySetup(pluginConfigId: number): Promise<Outcome | null> {
    return this.use(async () => (await this.#find(pluginConfigId)?.retrySetup()) ?? null);
  }

  /** Takes over a kill switch that nobody has told this object of. */
  async #heedSwitches(): Promise<void> {
    const current = this.#current;
    if (!current || this.#isStale) return;
    const mark = await this.#deps.markOfSwitches();
    if (mark === this.#mark) return;
    // Those of other teams are many, and no reason to load anything.
    const isNews = markOf(await this.#deps.switches()) !== markOf(current.switches);
    this.#mark = mark;
    if (isNews) await this.reload();
  }

  /** Does not wait for the calls in hand, which it is to end. */
  async #stopKilled(): Promise<void> {
    const plugins = [...(this.#current?.plugins ?? []), ...this.#leaving.keys()];
    if (plugins.length === 0) return;
    const switches = await this.#deps.switches();
    for (const plugin of plugins) {
      const killed = switchOn(plugin.config, switches);
      if (killed && plugin.config.closed === undefined) plugin.stop(reasonOf(killed));
    }
  }

  #find(pluginConfigId: number): Plugin | undefined {
    return this.#current?.plugins.find(({ config }) => config.id === pluginConfigId);
  }

  async #settings(): Promise<Current> {
    return this.#current && !this.#isStale ? this.#current : this.#lock.run(() => this.#latest());
  }

  async #latest(): Promise<Current> {
    if (this.#current && !this.#isStale) return this.#current;
    this.#mark = await this.#deps.markOfSwitches();
    const { plugins, ...settings } = await this.#load();
    const before = this.#current?.plugins ?? [];
    const kept = new Map(
      before.filter(({ isStopped }) => !isStopped).map((plugin) => [plugin.config.revision, plugin]),
    );
    const next = plugins.map((config) => kept.get(config.revision) ?? new Plugin(config, this.#deps));
    for (const plugin of before) if (!next.includes(plugin)) await this.#replace(plugin, plugins);
    const current = { ...settings, plugins: next, batching: batchingOf(plugins) };
    this.#current = current;
    this.#deps.onLoaded(this.configs);
    this.#isStale = false;
    return current;
  }

  /** Has a plugin torn down before others serve; only what is called beside the events, and takes long, is left to end by itself. */
  async #replace(plugin: Plugin, next: readonly PluginConfig[]): Promise<void> {
    const isClosed = next.some(({ id, closed }) => id === plugin.config.id && closed !== undefined);
    if (isClosed || plugin.isStopped || (await plugin.isIdleWithin(PATIENCE_MS))) return this.#tearDown(plugin, next);
    const end = plugin
      .idle()
      .then(() => this.#tearDown(plugin, next))
      .finally(() => this.#leaving.delete(plugin));
    this.#leaving.set(plugin, end);
  }

  /** What the old plugin leaves undone does not keep the new one from its work. */
  async #tearDown(plugin: Plugin, next: readonly PluginConfig[]): Promise<void> {
    const successor = next.find(({ id }) => id === plugin.config.id);
    try {
      if (successor?.closed !== undefined) plugin.stop(successor.closed);
      // What was stopped by hand gets no word more.
      if (plugin.isStopped) return await plugin.discard();
      await this.#deps.onLeaving(plugin, successor !== undefined);
      await plugin.tearDown();
    } catch (error) {
      console.error(`plugin config ${plugin.config.id} was not torn down: ${String(error)}`);
    }
  }
}
