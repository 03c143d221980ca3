import type { JsonObject } from "../host/event.ts";
import type { FileAttachment } from "./case/attachments.ts";
import { configBody } from "./server/config-body.ts";
import type { Answer, Sent } from "./server/api.ts";
import type { ServerClient } from "./server/client.ts";

/** What the server says of a plugin that was installed. */
export type PushedPlugin = Answer<"POST", "/api/plugins">;
export type PluginConfig = Answer<"GET", "/api/plugin_configs/{id}">;

/** What a person enters into a plugin's config. */
export interface Entered {
  /** Take the place of those that a config has; undefined leaves them. */
  values: JsonObject | undefined;
  /** Take the place of those of the same keys. */
  attachments: readonly FileAttachment[];
}

/** What `push` asks of a server. Every method throws ApiError that says in words what the server refused. */
export class HogletApi {
  readonly #client: ServerClient;

  constructor(client: ServerClient) {
    this.#client = client;
  }

  installPlugin(files: Record<string, string>, movesConfigs = true): Promise<PushedPlugin> {
    const body = { files, ...(!movesConfigs && { update_configs: false }) };
    return this.#client.request("POST", "/api/plugins", { body });
  }

  /** The config of a plugin in a team, if the team has one. */
  async findConfig(team: number, plugin: number): Promise<PluginConfig | undefined> {
    const configs = await this.#client.list("/api/plugin_configs", { query: { team_id: team } });
    return configs.find(({ plugin_id }) => plugin_id === plugin);
  }

  createConfig(team: number, plugin: number, { values = {}, attachments }: Entered): Promise<PluginConfig> {
    const fields = { team_id: team, plugin_id: plugin, enabled: true, config: values };
    return this.#client.request("POST", "/api/plugin_configs", { body: configBody(fields, attachments) });
  }

  /** Puts a config back to what it was. */
  restore({ id, enabled, plugin_version_id }: PluginConfig): Promise<PluginConfig> {
    return this.#change(id, { enabled, plugin_version_id, skip_setup: true });
  }

  /** Switches a config on or off. */
  setEnabled(config: number, enabled: boolean): Promise<PluginConfig> {
    return this.#change(config, { enabled });
  }

  useVersion(config: number, version: number, { values, attachments }: Entered): Promise<PluginConfig> {
    const fields = { plugin_version_id: version, ...(values === undefined ? {} : { config: values }) };
    return this.#change(config, configBody(fields, attachments));
  }

  #change(id: number, body: Sent<"PATCH", "/api/plugin_configs/{id}">["body"]): Promise<PluginConfig> {
    return this.#client.request("PATCH", "/api/plugin_configs/{id}", { params: { id }, body });
  }
}
