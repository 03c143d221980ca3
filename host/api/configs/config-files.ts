import type { Env } from "../../env.ts";
import { type NewAttachment, type PluginAttachment, putAttachment } from "../../store/attachments.ts";
import type { PluginConfig } from "../../store/plugin-configs.ts";
import { deleteBlobs } from "./attachments.ts";
import type { Scope } from "../scope.ts";

/** Files that have yet to be recorded, for a config that is only tried. */
export const asAttachments = (files: readonly NewAttachment[], createdAt: number): PluginAttachment[] =>
  files.map((file) => ({ ...file, id: 0, pluginConfigId: 0, createdAt }));

/** What was uploaded goes when it turns out not to be saved. */
export async function orWithoutFiles<Saved>(
  env: Env,
  files: readonly NewAttachment[],
  work: () => Promise<Saved>,
): Promise<Saved> {
  try {
    return await work();
  } catch (error) {
    await deleteBlobs(env, files);
    throw error;
  }
}

/** Records files of a config. Those of one that was deleted meanwhile go. */
export async function putAll(
  env: Env,
  scope: Scope,
  config: PluginConfig,
  files: readonly NewAttachment[],
  now: number,
): Promise<void> {
  for (const file of files)
    if ((await putAttachment(scope.db, config.teamId, config.id, file, now)) === null) await deleteBlobs(env, [file]);
}
