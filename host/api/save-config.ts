import type { Env } from "../env.ts";
import { operatorLimits } from "../operator-limits.ts";
import { attachmentsOf, deleteAttachment, type NewAttachment, putAttachment } from "../store/attachments.ts";
import { createConfig, type PluginConfig, type PluginConfigChanges, updateConfig } from "../store/plugin-configs.ts";
import { carriedOver } from "../plugins/config-secrets.ts";
import type { Team } from "../store/teams.ts";
import { ApiError } from "./api-error.ts";
import { deleteBlobs, storeFiles } from "./attachments.ts";
import { checkedValues, checkEnteredAgain, checkFileKeys, versionFor } from "./config-form.ts";
import { checkLimits } from "./plugin-config-body.ts";
import type { ConfigChanges, ConfigRequest, NewConfig } from "./plugin-config-body.ts";
import { reconfigure } from "./reconfigure.ts";
import { referenced, type Scope } from "./scope.ts";

/** Adds a config to a team; it is live when this resolves. Throws ApiError. */
export async function addConfig(
  env: Env,
  scope: Scope,
  { values, add }: ConfigRequest<NewConfig>,
  now: number,
): Promise<PluginConfig> {
  const { team_id, plugin_id, plugin_version_id, config: entered = {}, ...changes } = values;
  checkLimits(changes.limits, operatorLimits(env));
  const team = await referenced("team_id", scope.team(team_id));
  const plugin = await referenced("plugin_id", scope.pluginFor(team, plugin_id));
  const version = await versionFor(scope, plugin, plugin_version_id);
  const fields = version.manifest.config;
  checkFileKeys(fields, add.keys());
  const config = checkedValues(fields, {}, entered, new Set(add.keys()));

  const files = await storeFiles(env, add);
  const row = { ...columnsOf(changes), pluginId: plugin.id, pluginVersionId: version.id, config };
  const created = await createConfig(scope.db, team.id, row, now);
  if (created === null) throw ApiError.notFound(`Plugin ${plugin.id} was deleted meanwhile.`);
  await putAll(scope, created, files, now);
  await reconfigure(env, [team]);
  return created;
}

/** Changes a config of a team; the change is live when this resolves. Throws ApiError. */
export async function changeConfig(
  env: Env,
  scope: Scope,
  current: { config: PluginConfig; team: Team },
  { values, add, remove }: ConfigRequest<ConfigChanges>,
  now: number,
): Promise<PluginConfig> {
  const { config: stored, team } = current;
  const { plugin_version_id, config: entered, ...changes } = values;
  checkLimits(changes.limits, operatorLimits(env));
  const plugin = await scope.pluginFor(team, stored.pluginId);
  const previous = await versionFor(scope, plugin, stored.pluginVersionId);
  const version = await versionFor(scope, plugin, plugin_version_id ?? stored.pluginVersionId);
  const fields = version.manifest.config;
  const known = carriedOver(previous.manifest.config, fields, stored.config);
  checkFileKeys(fields, add.keys());
  const before = await attachmentsOf(scope.db, team.id, stored.id);
  const kept = before.filter(({ key }) => !remove.has(key) && !add.has(key));

  // What does not fit its form any more can still be renamed, moved or switched off.
  const isChecked =
    entered !== undefined ||
    changes.enabled === true ||
    version.id !== stored.pluginVersionId ||
    add.size > 0 ||
    kept.length < before.length;
  const keys = new Set([...kept.map(({ key }) => key), ...add.keys()]);
  checkEnteredAgain(known.left, entered ?? {});
  const config = isChecked ? checkedValues(fields, known.config, entered ?? known.config, keys) : stored.config;

  const files = await storeFiles(env, add);
  const row = { ...columnsOf(changes), pluginVersionId: version.id, config };
  const updated = await updateConfig(scope.db, team.id, stored.id, row, now);
  if (updated === null) throw ApiError.notFound(`Plugin config ${stored.id} was deleted meanwhile.`);
  for (const { key } of before)
    if (remove.has(key) && !add.has(key)) await deleteAttachment(scope.db, team.id, stored.id, key, now);
  await putAll(scope, updated, files, now);
  await reconfigure(env, [team]);
  await deleteBlobs(
    env,
    before.filter((attachment) => !kept.includes(attachment)),
  );
  return updated;
}

type Columns = Omit<ConfigChanges, "plugin_version_id" | "config">;

function columnsOf({ on_error: onError, ...columns }: Columns): PluginConfigChanges {
  return { ...columns, ...(onError !== undefined && { onError }) };
}

async function putAll(scope: Scope, config: PluginConfig, files: readonly NewAttachment[], now: number): Promise<void> {
  for (const file of files) await putAttachment(scope.db, config.teamId, config.id, file, now);
}
