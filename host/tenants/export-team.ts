import { eq, getTableName } from "drizzle-orm";
import { secretKeys } from "../plugins/config-secrets.ts";
import type { Env } from "../env.ts";
import { openRegistry } from "../store/registry.ts";
import { pluginAttachment, pluginConfig, pluginVersion } from "../store/schema.ts";
import type { Team } from "../store/teams.ts";
import { EXPORTED_TABLES } from "../team/export-rows.ts";
import { objectsOf, teamStub } from "../team/team-client.ts";
import { linesOf, partsOfTeam, type RegistryPart } from "./registry-parts.ts";
import type { TarFile } from "./tar.ts";

const encoder = new TextEncoder();

/**
 * Everything that is a team's, as files of an archive: its rows of the registry, its attachments, and the tables of each of its objects,
 * those that are in use no more included.
 * @param now of the files, in milliseconds since the epoch
 */
export async function* exportTeam(env: Env, team: Team, now: number): AsyncGenerator<TarFile> {
  const folder = `teams/${team.id}`;
  yield* registryFiles(env, `${folder}/registry`, partsOfTeam(openRegistry(env), team.id), now);
  yield* attachmentFiles(env, folder, team.id);
  for (const address of objectsOf(team))
    for (const table of EXPORTED_TABLES)
      yield* inParts(`${folder}/shards/${address.shard}/${table}`, now, pagesOf(env, address, table));
}

/** Rows of the registry, a folder for each table. */
export async function* registryFiles(
  env: Env,
  folder: string,
  parts: readonly RegistryPart[],
  now: number,
): AsyncGenerator<TarFile> {
  const db = openRegistry(env);
  for (const part of parts) yield* inParts(`${folder}/${getTableName(part.table)}`, now, linesOf(db, part));
}

async function* pagesOf(env: Env, address: { teamId: number; shard: number }, table: string): AsyncGenerator<string> {
  for (let after: number | null = 0; after !== null;) {
    const page: { lines: string; next: number | null } = await teamStub(env, address).exportRows(address, table, after);
    yield page.lines;
    after = page.next;
  }
}

/** Numbered files, as the size of each has to be known: one table may be larger than an isolate. */
async function* inParts(folder: string, at: number, pages: AsyncIterable<string>): AsyncGenerator<TarFile> {
  let part = 0;
  for await (const lines of pages)
    if (lines !== "")
      yield { name: `${folder}/${String(++part).padStart(6, "0")}.ndjson`, at, contents: encoder.encode(lines) };
}

/** Files that were uploaded, but for those of secret fields. */
async function* attachmentFiles(env: Env, folder: string, teamId: number): AsyncGenerator<TarFile> {
  const db = openRegistry(env);
  const configs = await db
    .select({ id: pluginConfig.id, manifest: pluginVersion.manifest })
    .from(pluginConfig)
    .innerJoin(pluginVersion, eq(pluginVersion.id, pluginConfig.pluginVersionId))
    .where(eq(pluginConfig.teamId, teamId));
  for (const { id, manifest } of configs) {
    const secret = secretKeys(manifest.config);
    for (const file of await db.select().from(pluginAttachment).where(eq(pluginAttachment.pluginConfigId, id))) {
      const stored = secret.has(file.key) ? null : await env.BLOBS.get(file.r2Key);
      if (stored === null) continue;
      const name = `${folder}/attachments/${file.id}`;
      yield { name, at: file.createdAt, contents: { size: stored.size, body: stored.body } };
    }
  }
}
