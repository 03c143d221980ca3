import { asc, eq } from "drizzle-orm";
import type { Env } from "../env.ts";
import { filesKey } from "../plugins/versions.ts";
import { openRegistry } from "../store/registry.ts";
import { plugin, pluginVersion, team } from "../store/schema.ts";
import type { Organization } from "../store/teams.ts";
import { exportTeam, registryFiles } from "./export-team.ts";
import { partsOfOrganization } from "./registry-parts.ts";
import type { TarFile } from "./tar.ts";

/** Everything that is an organization's, as files of an archive: its plugins with the files of all versions, and its teams. */
export async function* exportOrganization(env: Env, { id }: Organization, now: number): AsyncGenerator<TarFile> {
  const db = openRegistry(env);
  yield* registryFiles(env, "organization", partsOfOrganization(db, id), now);
  const versions = await db
    .select({
      id: pluginVersion.id,
      pluginId: pluginVersion.pluginId,
      hash: pluginVersion.hash,
      at: pluginVersion.createdAt,
    })
    .from(pluginVersion)
    .innerJoin(plugin, eq(plugin.id, pluginVersion.pluginId))
    .where(eq(plugin.organizationId, id))
    .orderBy(asc(pluginVersion.id));
  for (const version of versions) {
    const stored = await env.BLOBS.get(filesKey(version.hash));
    if (stored === null) throw new Error(`Plugin version ${version.hash} is missing from BLOBS`);
    const name = `plugins/${version.pluginId}/versions/${version.id}.tar`;
    yield { name, at: version.at, contents: { size: stored.size, body: stored.body } };
  }
  const teams = await db.select().from(team).where(eq(team.organizationId, id)).orderBy(asc(team.id));
  for (const each of teams) yield* exportTeam(env, each, now);
}
