import type { Env } from "../../env.ts";
import { operatorLimits } from "../../operator-limits.ts";
import { attachmentsOf, deleteAttachment, type NewAttachment, type PluginAttachment } from "../../store/attachments.ts";
import { createConfig, type PluginConfig, type PluginConfigChanges, updateConfig } from "../../store/plugin-configs.ts";
import type { JsonObject } from "../../event.ts";
import { carriedOver, SECRET_PLACEHOLDER } from "../../plugins/config-secrets.ts";
import type { Team } from "../../store/teams.ts";
import { ApiError } from "../api-error.ts";
import { deleteBlobs } from "./attachments.ts";
import { asAttachments, orWithoutFiles, putAll } from "./config-files.ts";
import { openedConfig, sealedConfig } from "./config-secrets.ts";
import { checkedValues, enteredAgainErrors, fileKeyErrors, versionFor } from "./config-form.ts";
import { checkLimits } from "./plugin-config-body.ts";
import type { ConfigChanges, ConfigRequest, NewConfig } from "./plugin-config-body.ts";
import { reconfigure } from "../reconfigure.ts";
import { referenced, type Scope } from "../scope.ts";
import { trySetup } from "./try-setup.ts";

/** Adds a config to a team; it is live when this resolves. Throws ApiError, and then nothing of it is kept. */
export async function addConfig(
  env: Env,
  scope: Scope,
  { values, add }: ConfigRequest<NewConfig>,
  now: number,
): Promise<PluginConfig> {
  const files = [...add.values()];
  const { created, team } = await orWithoutFiles(env, files, () => createIn(env, scope, values, files, now));
  await putAll(env, scope, created, files, now);
  await reconfigure(env, [team]);
  return created;
}

async function createIn(env: Env, scope: Scope, sent: NewConfig, files: readonly NewAttachment[], now: number) {
  const { team_id, plugin_id, plugin_version_id, config: entered = {}, skip_setup, ...changes } = sent;
  checkLimits(changes.limits, operatorLimits(env));
  const team = await referenced("team_id", scope.team(team_id));
  const plugin = await referenced("plugin_id", scope.pluginFor(team, plugin_id));
  const version = await versionFor(scope, plugin, plugin_version_id);
  const fields = version.manifest.config;
  const keys = new Set(files.map(({ key }) => key));
  const values = checkedValues(fields, {}, entered, keys, fileKeyErrors(fields, keys));
  const owner = { teamId: team.id, pluginId: plugin.id };
  const row = {
    ...columnsOf(changes),
    ...(await sealedConfig(env, owner, fields, values)),
    pluginId: plugin.id,
    pluginVersionId: version.id,
  };
  if (changes.enabled && !skip_setup)
    await trySetup(env, team, {
      ...NEW_CONFIG,
      ...row,
      teamId: team.id,
      pluginName: plugin.name,
      version,
      attachments: asAttachments(files, now),
    });
  const created = await createConfig(scope.db, team.id, row, now);
  if (created === null) throw ApiError.notFound(`Plugin ${plugin.id} was deleted meanwhile.`);
  return { created, team };
}

/** Changes a config of a team; the change is live when this resolves. Throws ApiError, and then nothing has changed. */
export async function changeConfig(
  env: Env,
  scope: Scope,
  current: { config: PluginConfig; team: Team },
  request: ConfigRequest<ConfigChanges>,
  now: number,
): Promise<PluginConfig> {
  const { config: stored, team } = current;
  const { add, remove } = request;
  const files = [...add.values()];
  const before = await attachmentsOf(scope.db, team.id, stored.id);
  const kept = before.filter(({ key }) => !remove.has(key) && !add.has(key));
  const updated = await orWithoutFiles(env, files, () => updateIn(env, scope, current, request, { before, kept }, now));
  for (const { key } of before)
    if (remove.has(key) && !add.has(key)) await deleteAttachment(scope.db, team.id, stored.id, key, now);
  await putAll(env, scope, updated, files, now);
  await reconfigure(env, [team]);
  await deleteBlobs(
    env,
    before.filter((attachment) => !kept.includes(attachment)),
  );
  return updated;
}

async function updateIn(
  env: Env,
  scope: Scope,
  { config: stored, team }: { config: PluginConfig; team: Team },
  { values, add }: ConfigRequest<ConfigChanges>,
  { before, kept }: Record<"before" | "kept", readonly PluginAttachment[]>,
  now: number,
): Promise<PluginConfig> {
  const { plugin_version_id, config: entered, skip_setup, ...changes } = values;
  checkLimits(changes.limits, operatorLimits(env));
  const plugin = await scope.pluginFor(team, stored.pluginId);
  const previous = await versionFor(scope, plugin, stored.pluginVersionId);
  const version = await versionFor(scope, plugin, plugin_version_id ?? stored.pluginVersionId);
  const fields = version.manifest.config;
  const opened = await valuesOf(env, stored, entered);
  const known = carriedOver(previous.manifest.config, fields, opened);
  const found = [...fileKeyErrors(fields, add.keys()), ...enteredAgainErrors(known.left, entered ?? {})];

  // What does not fit its form any more can still be renamed, moved or switched off.
  const isChecked =
    entered !== undefined ||
    changes.enabled === true ||
    version.id !== stored.pluginVersionId ||
    add.size > 0 ||
    kept.length < before.length;
  const keys = new Set([...kept.map(({ key }) => key), ...add.keys()]);
  const checked = isChecked ? checkedValues(fields, known.config, entered ?? known.config, keys, found) : undefined;
  const row = {
    ...columnsOf(changes),
    ...(checked && (await sealedConfig(env, stored, fields, checked))),
    pluginVersionId: version.id,
  };
  // What does not concern the plugin's setup does not try it.
  const isTried = isChecked || changes.grants !== undefined || changes.limits !== undefined;
  if ((changes.enabled ?? stored.enabled) && isTried && !skip_setup)
    await trySetup(env, team, {
      ...stored,
      ...row,
      pluginName: plugin.name,
      version,
      attachments: [...kept, ...asAttachments([...add.values()], now)],
    });
  const updated = await updateConfig(scope.db, team.id, stored.id, row, now);
  if (updated === null) throw ApiError.notFound(`Plugin config ${stored.id} was deleted meanwhile.`);
  return updated;
}

/** The values that a config has. Those that do not open any more need not, when all are entered again. */
async function valuesOf(env: Env, stored: PluginConfig, entered: JsonObject | undefined): Promise<JsonObject> {
  const isEntered = (key: string): boolean => (entered?.[key] ?? SECRET_PLACEHOLDER) !== SECRET_PLACEHOLDER;
  return Object.keys(stored.secrets).every(isEntered) ? stored.config : openedConfig(env, stored);
}

/** A config that has yet to be saved, where nothing is said. */
const NEW_CONFIG = {
  id: 0,
  name: null,
  order: 0,
  onError: "pass",
  grants: null,
  limits: null,
  pinned: false,
  createdAt: 0,
  updatedAt: 0,
} as const;

type Columns = Omit<ConfigChanges, "plugin_version_id" | "config" | "skip_setup">;

function columnsOf({ on_error: onError, ...columns }: Columns): PluginConfigChanges {
  return { ...columns, ...(onError !== undefined && { onError }) };
}
