import type { PosthogAccount } from "../capabilities/posthog-api.ts";
import type { Redactor } from "../secrets/redactor.ts";
import type { Destination } from "./delivery.ts";
import { Lock } from "./lock.ts";
import { Plugin } from "./plugin.ts";
import type { PluginDeps } from "./plugin.ts";
import type { PluginConfig } from "./plugin-config.ts";

/** A team's settings as the registry has them. */
export interface TeamSetup {
  /** Null for a team that is gone. */
  account: PosthogAccount | null;
  shards: number;
  /** Takes the team's secrets out of what its plugins say. */
  redactor: Redactor;
  /** Enabled configs in the order of the pipeline. */
  plugins: PluginConfig[];
}

interface Current extends Omit<TeamSetup, "plugins"> {
  plugins: readonly Plugin[];
}

/** The plugins and settings of a team, as of the last look into the registry. */
export class TeamPlugins {
  readonly #load: () => Promise<TeamSetup>;
  readonly #deps: PluginDeps;
  readonly #lock = new Lock();
  #current: Current | undefined;
  /** Set when the registry has news: nothing is run with what was there before. */
  #isStale = true;

  /** @param load reads the registry */
  constructor(load: () => Promise<TeamSetup>, deps: PluginDeps) {
    this.#load = load;
    this.#deps = deps;
  }

  /** Runs something with the plugins of the moment. They are not replaced meanwhile. */
  use<T>(run: (plugins: readonly Plugin[]) => Promise<T>): Promise<T> {
    return this.#lock.run(async () => run((await this.#latest()).plugins));
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

  /**
   * Takes over what the registry says now. Plugins that changed or went are torn down before others serve. When the
   * registry cannot be read, this rejects and nothing is run until it can.
   */
  reload(): Promise<void> {
    return this.#lock.run(async () => {
      this.#isStale = true;
      await this.#latest();
    });
  }

  /** Tears down the sandbox of a config that was evicted. The calls in hand of others go on meanwhile. */
  async retire(pluginConfigId: number): Promise<void> {
    await this.#current?.plugins.find(({ config }) => config.id === pluginConfigId)?.retire();
  }

  async #settings(): Promise<Current> {
    return this.#current && !this.#isStale ? this.#current : this.#lock.run(() => this.#latest());
  }

  async #latest(): Promise<Current> {
    if (this.#current && !this.#isStale) return this.#current;
    const { plugins, ...settings } = await this.#load();
    const before = this.#current?.plugins ?? [];
    const kept = new Map(before.map((plugin) => [plugin.config.revision, plugin]));
    const next = plugins.map((config) => kept.get(config.revision) ?? new Plugin(config, this.#deps));
    for (const plugin of before) if (!next.includes(plugin)) await tearDown(plugin);
    this.#isStale = false;
    this.#current = { ...settings, plugins: next };
    return this.#current;
  }
}

/** What the old plugin leaves undone does not keep the new one from its work. */
async function tearDown(plugin: Plugin): Promise<void> {
  try {
    await plugin.tearDown();
  } catch (error) {
    console.error(`plugin config ${plugin.config.id} was not torn down: ${String(error)}`);
  }
}
