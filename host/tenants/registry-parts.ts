import { and, eq, getTableColumns, inArray, isNull, type SQL, gt, asc } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { maskSecrets, SECRET_PLACEHOLDER } from "../plugins/config-secrets.ts";
import type { PluginConfig } from "../store/plugin-configs.ts";
import type { Registry } from "../store/registry.ts";
import * as schema from "../store/schema.ts";

const {
  auditLog,
  key,
  killSwitch,
  organization,
  plugin,
  pluginAttachment,
  pluginConfig,
  pluginConfigVersion,
  pluginVersion,
  rollUp,
  team,
} = schema;

/** The rows of a table of the registry that belong to a tenant. */
export interface RegistryPart {
  table: SQLiteTable & { id: SQLiteColumn };
  where: SQL | undefined;
}

/** What the registry has of a team. */
export function partsOfTeam(db: Registry, teamId: number): RegistryPart[] {
  const configs = db.select({ id: pluginConfig.id }).from(pluginConfig).where(eq(pluginConfig.teamId, teamId));
  return [
    { table: team, where: eq(team.id, teamId) },
    { table: key, where: eq(key.teamId, teamId) },
    { table: pluginConfig, where: eq(pluginConfig.teamId, teamId) },
    { table: pluginConfigVersion, where: inArray(pluginConfigVersion.pluginConfigId, configs) },
    { table: pluginAttachment, where: inArray(pluginAttachment.pluginConfigId, configs) },
    { table: killSwitch, where: eq(killSwitch.teamId, teamId) },
    { table: rollUp, where: eq(rollUp.teamId, teamId) },
    { table: auditLog, where: eq(auditLog.teamId, teamId) },
  ];
}

/** What the registry has of an organization, and of none of its teams. */
export function partsOfOrganization(db: Registry, id: number): RegistryPart[] {
  const plugins = db.select({ id: plugin.id }).from(plugin).where(eq(plugin.organizationId, id));
  return [
    { table: organization, where: eq(organization.id, id) },
    { table: key, where: eq(key.organizationId, id) },
    { table: plugin, where: eq(plugin.organizationId, id) },
    { table: pluginVersion, where: inArray(pluginVersion.pluginId, plugins) },
    { table: killSwitch, where: and(eq(killSwitch.organizationId, id), isNull(killSwitch.teamId)) },
    { table: auditLog, where: and(eq(auditLog.organizationId, id), isNull(auditLog.teamId)) },
  ];
}

/** Columns that nobody may read: a placeholder says that they are set. */
const SECRET_COLUMNS: ReadonlySet<SQLiteColumn> = new Set<SQLiteColumn>([
  team.posthogApiKey,
  team.personalApiKey,
  key.tokenHash,
  plugin.privateToken,
]);

/** No more than D1 takes of parameters in one query. */
const PAGE_ROWS = 90;

/** The rows of a part in pages of JSON lines, oldest first. */
export async function* linesOf(db: Registry, { table, where }: RegistryPart): AsyncGenerator<string> {
  for (let after = 0; ;) {
    const isNext = and(where, gt(table.id, after));
    const rows = await db.select().from(table).where(isNext).orderBy(asc(table.id)).limit(PAGE_ROWS);
    if (rows.length === 0) return;
    const shown = table === pluginConfig ? await maskedConfigs(db, rows as PluginConfig[]) : rows;
    yield shown.map((row) => `${JSON.stringify(columnsOf(table, row))}\n`).join("");
    after = Number(rows.at(-1)?.["id"]);
  }
}

function columnsOf(table: SQLiteTable, row: Record<string, unknown>): object {
  const columns = Object.entries(getTableColumns(table));
  return Object.fromEntries(
    columns.map(([name, column]) => {
      const isHidden = SECRET_COLUMNS.has(column) && row[name] !== null;
      return [column.name, isHidden ? SECRET_PLACEHOLDER : row[name]];
    }),
  );
}

async function maskedConfigs(db: Registry, configs: readonly PluginConfig[]): Promise<PluginConfig[]> {
  const ids = configs.map(({ pluginVersionId }) => pluginVersionId);
  const { id, manifest } = pluginVersion;
  const versions = await db.select({ id, manifest }).from(pluginVersion).where(inArray(id, ids));
  const fieldsOf = new Map(versions.map((version) => [version.id, version.manifest.config]));
  return configs.map((row) => ({
    ...row,
    config: maskSecrets(fieldsOf.get(row.pluginVersionId) ?? [], row.config, (key) => Object.hasOwn(row.secrets, key)),
    secrets: Object.fromEntries(Object.keys(row.secrets).map((key) => [key, SECRET_PLACEHOLDER])),
  }));
}
