import { UsageError } from "../errors.ts";
import type { Answer, Sent } from "./api.ts";
import type { Connection } from "./connection.ts";

/** What the server says of an upgrade. */
export type UpgradePreview = Answer<"POST", "/api/plugin_configs/{id}/preview_upgrade">;

/** What moving a config to another version would change; the newest one where none is named. */
export function previewUpgrade(
  { client }: Connection,
  configId: number,
  body: Sent<"POST", "/api/plugin_configs/{id}/preview_upgrade">["body"] = {},
): Promise<UpgradePreview> {
  return client.request("POST", "/api/plugin_configs/{id}/preview_upgrade", { params: { id: configId }, body });
}

/** A version of a config's plugin by its tag, or its number. @throws {UsageError} for what is neither */
export async function versionId({ client }: Connection, configId: number, text: string): Promise<number> {
  const { plugin_id: plugin } = await client.request("GET", "/api/plugin_configs/{id}", { params: { id: configId } });
  const versions = await client.list("/api/plugins/{id}/versions", { params: { id: plugin } });
  const found = versions.find(({ tag }) => tag === text) ?? versions.find(({ id }) => String(id) === text);
  if (!found) throw new UsageError(`plugin ${plugin} has no version ${text}: hoglet versions ${plugin} shows them`);
  return found.id;
}
