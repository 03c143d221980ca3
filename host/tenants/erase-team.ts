import { eq, inArray } from "drizzle-orm";
import { attachmentsPrefix, deleteBlobs } from "../api/configs/attachments.ts";
import type { Env } from "../env.ts";
import { closeTeam, type Eraser, removeTeam } from "../store/erasure.ts";
import { openRegistry } from "../store/registry.ts";
import { pluginAttachment, pluginConfig } from "../store/schema.ts";
import { forgetTeam } from "../store/team-lookup.ts";
import type { Team } from "../store/teams.ts";
import { blobPrefix } from "../team/bodies.ts";
import { objectsOf, teamStub } from "../team/team-client.ts";
import { eraseBlobs } from "./erase-blobs.ts";
import { eraseCache } from "./erase-cache.ts";

/**
 * Erases a team with everything that is anywhere of it. Nobody is let in any more from the beginning on; the registry forgets it at the end,
 * so that what was interrupted can be begun again.
 */
export async function eraseTeam(env: Env, team: Team, by: Eraser, now: number): Promise<void> {
  const db = openRegistry(env);
  await closeTeam(db, team, now);
  forgetTeam();
  // Those that are in use no more, too; and shard 0, which keeps what all share, at the end.
  const addresses = objectsOf(team).toReversed();
  for (const address of addresses) await teamStub(env, address).erase(address);
  await eraseCache(env, team.id);
  for (const address of addresses) await eraseBlobs(env.BLOBS, blobPrefix(teamStub(env, address).id.toString()));
  await eraseBlobs(env.BLOBS, attachmentsPrefix(team.id));
  const configs = db.select({ id: pluginConfig.id }).from(pluginConfig).where(eq(pluginConfig.teamId, team.id));
  await deleteBlobs(
    env,
    await db.select().from(pluginAttachment).where(inArray(pluginAttachment.pluginConfigId, configs)),
  );
  await removeTeam(db, team, by, now);
}
