import { inArray } from "drizzle-orm";
import { openRegistry, type RegistryEnv } from "../store/registry.ts";
import { pluginVersion } from "../store/schema.ts";
import { type BlobsEnv, hashOfKey, VERSIONS } from "./versions.ts";

/** An install that is under way has stored its version and not yet registered it. */
const MIN_AGE_MS = 86_400_000;
/** D1 takes 100 parameters. */
const PAGE = 100;

/**
 * Deletes versions that no plugin has: of installs that failed at the very end, and of plugins that were uninstalled. `now` is
 * milliseconds since the epoch. Answers how many objects went.
 */
export async function sweepVersions(env: BlobsEnv & RegistryEnv, now: number): Promise<number> {
  const db = openRegistry(env);
  let deleted = 0;
  let cursor: string | undefined;
  do {
    const page = await env.BLOBS.list({ prefix: VERSIONS, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    const old = page.objects.filter((object) => isOld(object, now));
    const hashes = [...new Set(old.map(({ key }) => hashOfKey(key)))];
    const kept = await db
      .select({ hash: pluginVersion.hash })
      .from(pluginVersion)
      .where(inArray(pluginVersion.hash, hashes));
    const known = new Set(kept.map(({ hash }) => hash));
    for (const { key } of old) {
      if (known.has(hashOfKey(key))) continue;
      // Whoever installs the same content stores it again first.
      const object = await env.BLOBS.head(key);
      if (object === null || !isOld(object, now)) continue;
      await env.BLOBS.delete(key);
      deleted++;
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return deleted;
}

const isOld = ({ uploaded }: R2Object, now: number): boolean => now - uploaded.getTime() > MIN_AGE_MS;
