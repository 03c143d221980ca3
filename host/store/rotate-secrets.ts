import { asc, eq, gt, isNotNull } from "drizzle-orm";
import { type KeyEnv, openSecret, placeOf, sealSecret } from "../secrets/registry-secrets.ts";
import type { Registry } from "./registry.ts";
import { plugin, pluginConfig, team } from "./schema.ts";

/** What a rotation came to. */
export interface Rotated {
  /** Secrets that are sealed with the key of now. */
  sealed: number;
  /** Where there are secrets that neither key opens, such as `plugin_config/7: apiKey`. */
  unreadable: string[];
}

const PAGE = 100;

/**
 * Seals every secret of the registry anew with ENCRYPTION_KEY: those that ENCRYPTION_KEY_PREVIOUS sealed, too. It can be run again, and
 * nothing is lost when it ends in the middle. No config counts as changed by it.
 */
export async function rotateSecrets(db: Registry, env: KeyEnv): Promise<Rotated> {
  const rotated: Rotated = { sealed: 0, unreadable: [] };
  const again = async (where: string, place: string, text: string): Promise<string | undefined> => {
    const opened = await openSecret(env, place, text);
    const sealed = opened === undefined ? undefined : await sealSecret(env, place, opened);
    if (sealed === undefined) rotated.unreadable.push(where);
    else rotated.sealed++;
    return sealed;
  };

  for (const { id, personalApiKey } of await db.select().from(team).where(isNotNull(team.personalApiKey))) {
    const sealed = await again(`team/${id}: personal_api_key`, placeOf.personalApiKey(id), personalApiKey ?? "");
    if (sealed !== undefined) await db.update(team).set({ personalApiKey: sealed }).where(eq(team.id, id));
  }
  for (const { id, organizationId, url, privateToken } of await db
    .select()
    .from(plugin)
    .where(isNotNull(plugin.privateToken))) {
    const sealed = await again(
      `plugin/${id}: private_token`,
      placeOf.privateToken(organizationId, url ?? ""),
      privateToken ?? "",
    );
    if (sealed !== undefined) await db.update(plugin).set({ privateToken: sealed }).where(eq(plugin.id, id));
  }
  for (let after = 0; ;) {
    const rows = await db
      .select()
      .from(pluginConfig)
      .where(gt(pluginConfig.id, after))
      .orderBy(asc(pluginConfig.id))
      .limit(PAGE);
    for (const { id, teamId, pluginId, secrets } of rows) {
      after = id;
      const next = new Map(Object.entries(secrets));
      for (const [key, text] of next) {
        const sealed = await again(`plugin_config/${id}: ${key}`, placeOf.configValue(teamId, pluginId, key), text);
        if (sealed !== undefined) next.set(key, sealed);
      }
      if (next.size > 0)
        await db
          .update(pluginConfig)
          .set({ secrets: Object.fromEntries(next) })
          .where(eq(pluginConfig.id, id));
    }
    if (rows.length < PAGE) return rotated;
  }
}
