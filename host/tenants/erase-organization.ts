import { eq } from "drizzle-orm";
import type { Env } from "../env.ts";
import { closeOrganization, type Eraser, removeOrganization } from "../store/erasure.ts";
import { openRegistry } from "../store/registry.ts";
import { team } from "../store/schema.ts";
import type { Organization } from "../store/teams.ts";
import { eraseTeam } from "./erase-team.ts";
import { eraseVersions } from "./erase-versions.ts";

/** An attempt to erase an organization whose plugins others use. */
export class PluginsInUseError extends Error {
  override readonly name = "PluginsInUseError";
}

/**
 * Erases an organization with its teams and plugins; what was interrupted can be begun again. Throws PluginsInUseError, and changes nothing,
 * when teams of others have configs of its plugins.
 */
export async function eraseOrganization(env: Env, erased: Organization, by: Eraser, now: number): Promise<void> {
  const db = openRegistry(env);
  if (!(await closeOrganization(db, erased, now))) throw new PluginsInUseError();
  for (const each of await db.select().from(team).where(eq(team.organizationId, erased.id)))
    await eraseTeam(env, each, by, now);
  await eraseVersions(db, env.BLOBS);
  if (!(await removeOrganization(db, erased, by, now)))
    throw new Error(`organization ${erased.id} was given a team while it was being erased`);
}
