import { eq } from "drizzle-orm";
import { carriedOver } from "../../plugins/config-secrets.ts";
import { configValues } from "../../plugins/config-values.ts";
import { openConfig } from "../../secrets/sealed-config.ts";
import { askForTasks } from "../../store/due-teams.ts";
import { noteVersion } from "../../store/config-versions.ts";
import { pluginConfig } from "../../store/schema.ts";
import { versionOfConfig } from "../../store/plugin-versions.ts";
import type { PluginVersion } from "../../store/plugin-versions.ts";
import type { Env } from "../../env.ts";
import type { Team } from "../../store/teams.ts";
import { sealedConfig } from "../configs/config-secrets.ts";
import { configsOfPlugin } from "./configs-of-plugin.ts";
import { reconfigure } from "../reconfigure.ts";
import type { Scope } from "../scope.ts";

/**
 * Moves the organization's configs of a plugin to one of its versions, with the defaults of its form filled in. A config
 * that the form does not accept stays at the version that it has, and a warning says why. Answers the teams whose
 * configs moved, for their objects to be told.
 */
async function moveConfigs(
  env: Env,
  scope: Scope,
  version: PluginVersion,
  now: number,
): Promise<{ teams: Team[]; warnings: string[] }> {
  const { db } = scope;
  const warnings: string[] = [];
  const teams = new Map<number, Team>();
  const updates = [];
  for (const { config, team, attachments } of await configsOfPlugin(scope, version.pluginId)) {
    if (config.pluginVersionId === version.id) continue;
    if (config.pinned) {
      warnings.push(`plugin config ${config.id} of team ${team.id} is pinned and stays at its version`);
      continue;
    }
    const opened = await openConfig(env, config);
    if (opened === undefined) {
      warnings.push(`plugin config ${config.id} of team ${team.id} stays at its version: its secrets do not open`);
      continue;
    }
    const keys = new Set(attachments.map(({ key }) => key));
    const previous = await versionOfConfig(db, config);
    const fields = version.manifest.config;
    const { config: known, left } = carriedOver(previous.manifest.config, fields, opened);
    if (left.length > 0) {
      warnings.push(
        `plugin config ${config.id} of team ${team.id} stays at its version: the new one treats ${left.join(", ")} in another way (plugin.json: secret, inject). Enter it again to move on`,
      );
      continue;
    }
    const checked = configValues(fields, known, keys);
    if (!checked.ok) {
      const reasons = checked.errors.map(({ message }) => message).join("; ");
      warnings.push(`plugin config ${config.id} of team ${team.id} stays at its version: ${reasons}`);
      continue;
    }
    teams.set(team.id, team);
    updates.push(
      db
        .update(pluginConfig)
        .set({
          pluginVersionId: version.id,
          ...(await sealedConfig(env, config, fields, checked.values)),
          updatedAt: now,
        })
        .where(eq(pluginConfig.id, config.id)),
      noteVersion(db, config.id, version.id, now),
      askForTasks(db, team.id, now),
    );
  }
  const [first, ...rest] = updates;
  if (first !== undefined) await db.batch([first, ...rest]);
  return { teams: [...teams.values()], warnings };
}

/** Moves them, and has the teams take that over. @returns warnings of those that stay */
export async function moveAll(env: Env, scope: Scope, version: PluginVersion, now: number): Promise<string[]> {
  const moved = await moveConfigs(env, scope, version, now);
  await reconfigure(env, moved.teams);
  return moved.warnings;
}
