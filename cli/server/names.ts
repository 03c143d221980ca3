import { UsageError } from "../errors.ts";
import type { Connection } from "./connection.ts";

/** A number, or the name of a plugin that the caller may use. @throws {UsageError} for a name of none, or of several */
export async function pluginId({ client }: Connection, text: string): Promise<number> {
  if (/^\d+$/.test(text)) return Number(text);
  const all = await client.list("/api/plugins", {});
  return only(
    text,
    "plugin",
    all.filter(({ name, url }) => name === text || url?.endsWith(`/package/${text}`)),
  );
}

/** A number, or the name of a config of the team, or of its plugin. @throws {UsageError} for a name of none, or of several */
export async function configId(connection: Connection, text: string): Promise<number> {
  const found = await findConfigId(connection, text);
  if (found === undefined) throw new UsageError(`there is no plugin config of team ${connection.team} called ${text}`);
  return found;
}

/** The same; undefined for a name of none. @throws {UsageError} for one of several */
export async function findConfigId({ client, team }: Connection, text: string): Promise<number | undefined> {
  if (/^\d+$/.test(text)) return Number(text);
  const [configs, plugins] = await Promise.all([
    client.list("/api/plugin_configs", { query: { team_id: team } }),
    client.list("/api/plugins", {}),
  ]);
  const ids = new Set(plugins.filter(({ name }) => name === text).map(({ id }) => id));
  const byName = configs.filter(({ name }) => name === text);
  const found = byName.length > 0 ? byName : configs.filter((each) => ids.has(each.plugin_id));
  return found.length === 0 ? undefined : only(text, "plugin config", found);
}

function only(text: string, kind: string, found: readonly { id: number }[]): number {
  const [first, another] = found;
  if (first === undefined) throw new UsageError(`there is no ${kind} called ${text}`);
  if (another !== undefined)
    throw new UsageError(
      `several are called ${text}: say which by its number (${found.map(({ id }) => id).join(", ")})`,
    );
  return first.id;
}
