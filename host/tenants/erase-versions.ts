import { and, eq, isNull } from "drizzle-orm";
import { filesKey, bundleKey, VERSIONS } from "../plugins/versions.ts";
import type { Registry } from "../store/registry.ts";
import { organization, plugin, pluginVersion } from "../store/schema.ts";

/**
 * Deletes the code of versions that no organization has but those that are being erased: theirs, and what uninstalled plugins left. Code lies
 * under the address of its content, so that another organization may have the same.
 */
export async function eraseVersions(db: Registry, bucket: R2Bucket): Promise<void> {
  let cursor: string | undefined;
  do {
    const listed = await bucket.list({
      prefix: VERSIONS,
      delimiter: "/",
      ...(cursor !== undefined && { cursor }),
    });
    for (const prefix of listed.delimitedPrefixes) await eraseUnlessUsed(db, bucket, prefix.slice(VERSIONS.length, -1));
    cursor = listed.truncated ? listed.cursor : undefined;
  } while (cursor !== undefined);
}

async function eraseUnlessUsed(db: Registry, bucket: R2Bucket, hash: string): Promise<void> {
  if (await isUsed(db, hash)) return;
  const kept = await Promise.all([filesKey(hash), bundleKey(hash)].map((key) => read(bucket, key)));
  // The bundle first: whoever finds it takes the files for granted.
  await bucket.delete(bundleKey(hash));
  await bucket.delete(filesKey(hash));
  // Somebody may have installed the same meanwhile, and found it there.
  if (!(await isUsed(db, hash))) return;
  for (const blob of kept) if (blob) await bucket.put(blob.key, blob.bytes);
}

async function read(bucket: R2Bucket, key: string): Promise<{ key: string; bytes: ArrayBuffer } | null> {
  const found = await bucket.get(key);
  return found && { key, bytes: await found.arrayBuffer() };
}

async function isUsed(db: Registry, hash: string): Promise<boolean> {
  const found = await db
    .select({ id: pluginVersion.id })
    .from(pluginVersion)
    .innerJoin(plugin, eq(plugin.id, pluginVersion.pluginId))
    .innerJoin(organization, eq(organization.id, plugin.organizationId))
    .where(and(eq(pluginVersion.hash, hash), isNull(organization.erasingAt)))
    .limit(1);
  return found.length > 0;
}
