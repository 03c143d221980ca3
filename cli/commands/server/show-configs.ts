import type { Item } from "../../server/api.ts";
import { type ServerContext, show } from "./server-command.ts";

/** Shows configs with the names of their plugins. */
export async function showConfigs(
  context: ServerContext,
  configs: readonly Item<"/api/plugin_configs">[],
): Promise<void> {
  const nameOf = new Map((await context.client.list("/api/plugins", {})).map(({ id, name }) => [id, name]));
  const rows = configs.map((config) => ({ ...config, plugin: nameOf.get(config.plugin_id) }));
  show(context, rows, ["id", "name", "plugin", "plugin_version_id", "enabled", "pinned", "on_error"], configs);
}
