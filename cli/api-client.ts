import { z } from "zod";

import type { JsonObject } from "../host/event.ts";
import type { FileAttachment } from "./case/attachments.ts";
import type { ServerClient } from "./server/client.ts";

const pushedPlugin = z.object({
  id: z.number(),
  name: z.string(),
  latest_version: z.object({ id: z.number(), hash: z.string(), tag: z.string().nullish() }),
  capabilities: z.object({
    methods: z.array(z.string()),
    scheduled_tasks: z.array(z.string()),
    jobs: z.array(z.string()),
  }),
  warnings: z.array(z.string()).default([]),
});
const pluginConfig = z.object({
  id: z.number(),
  plugin_id: z.number(),
  plugin_version_id: z.number().default(0),
  enabled: z.boolean(),
});
const pluginConfigs = z.object({ results: z.array(pluginConfig), next: z.string().nullish() });

/** What the server says of a plugin that was installed. */
export type PushedPlugin = z.infer<typeof pushedPlugin>;
export type PluginConfig = z.infer<typeof pluginConfig>;

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

  installPlugin(files: Readonly<Record<string, string>>, movesConfigs = true): Promise<PushedPlugin> {
    const body = { files, ...(!movesConfigs && { update_configs: false }) };
    return this.#client.request("POST", "/api/plugins", pushedPlugin, body);
  }

  /** The config of a plugin in a team, if the team has one. */
  async findConfig(team: number, plugin: number): Promise<PluginConfig | undefined> {
    let page: string | null | undefined = `/api/plugin_configs?team_id=${team}`;
    while (page) {
      const { results, next }: z.infer<typeof pluginConfigs> = await this.#client.request("GET", page, pluginConfigs);
      const found = results.find(({ plugin_id }) => plugin_id === plugin);
      if (found) return found;
      page = next;
    }
    return undefined;
  }

  createConfig(team: number, plugin: number, { values = {}, attachments }: Entered): Promise<PluginConfig> {
    const fields = { team_id: team, plugin_id: plugin, enabled: true, config: values };
    return this.#client.request("POST", "/api/plugin_configs", pluginConfig, configBody(fields, attachments));
  }

  /** Puts a config back to what it was. */
  restore({ id, enabled, plugin_version_id }: PluginConfig): Promise<PluginConfig> {
    const fields = { enabled, plugin_version_id, skip_setup: true };
    return this.#client.request("PATCH", `/api/plugin_configs/${id}`, pluginConfig, fields);
  }

  /** Switches a config on or off. */
  setEnabled(config: number, enabled: boolean): Promise<PluginConfig> {
    return this.#client.request("PATCH", `/api/plugin_configs/${config}`, pluginConfig, { enabled });
  }

  useVersion(config: number, version: number, { values, attachments }: Entered): Promise<PluginConfig> {
    const fields = { plugin_version_id: version, ...(values === undefined ? {} : { config: values }) };
    return this.#client.request(
      "PATCH",
      `/api/plugin_configs/${config}`,
      pluginConfig,
      configBody(fields, attachments),
    );
  }
}

/**
 * JSON, or PostHog's form where there are files: its fields hold JSON, or a text as it is.
 * @param removed keys of the files that are taken away
 */
export function configBody(
  fields: object,
  attachments: readonly FileAttachment[],
  removed: readonly string[] = [],
): object {
  if (attachments.length + removed.length === 0) return fields;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    form.set(name, typeof value === "string" ? value : JSON.stringify(value));
  for (const key of removed) form.set(`remove_attachment[${key}]`, "true");
  for (const { key, contents, fileName, contentType } of attachments)
    form.set(`add_attachment[${key}]`, new File([new Uint8Array(contents)], fileName, { type: contentType }));
  return form;
}
