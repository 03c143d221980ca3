import { and, eq, ne, sql } from "drizzle-orm";
import type { AuditEntry } from "./audit-log.ts";
import type { Registry } from "./registry.ts";
import { auditLog, organization, plugin, pluginConfig, team } from "./schema.ts";
import type { Organization, Team } from "./teams.ts";

/** Who erases a tenant, for the one entry of the audit log that is kept of it. */
export type Eraser = Pick<AuditEntry, "role" | "tokenId" | "tokenLabel">;

/** Closes a team: its keys and tokens let nobody in from now on, its configs run no more, and the API shows nothing of it. */
export async function closeTeam(db: Registry, { id }: Pick<Team, "id">, now: number): Promise<void> {
  await db.update(team).set({ erasingAt: now }).where(eq(team.id, id));
}

/**
 * Closes an organization with its teams.
 * @returns false, and nothing is changed, when another organization's team has a config of one of its plugins
 */
export async function closeOrganization(db: Registry, { id }: Pick<Organization, "id">, now: number): Promise<boolean> {
  const used = db
    .select({ id: pluginConfig.id })
    .from(pluginConfig)
    .innerJoin(plugin, eq(plugin.id, pluginConfig.pluginId))
    .innerJoin(team, eq(team.id, pluginConfig.teamId))
    .where(and(eq(plugin.organizationId, id), ne(team.organizationId, id)));
  const isClosed = sql`exists (select 1 from ${organization} where id = ${id} and erasing_at is not null)`;
  const [closed] = await db.batch([
    db
      .update(organization)
      .set({ erasingAt: now })
      .where(and(eq(organization.id, id), sql`not exists ${used}`))
      .returning({ id: organization.id }),
    db
      .update(team)
      .set({ erasingAt: now })
      .where(and(eq(team.organizationId, id), isClosed)),
    // Nobody else may begin to use them.
    db
      .update(plugin)
      .set({ isGlobal: false })
      .where(and(eq(plugin.organizationId, id), isClosed)),
  ]);
  return closed.length > 0;
}

/** Removes a team with all that the registry has of it, and notes for its organization who did it. */
export async function removeTeam(
  db: Registry,
  { id, organizationId }: Pick<Team, "id" | "organizationId">,
  by: Eraser,
  now: number,
): Promise<void> {
  await db.batch([
    db.delete(team).where(eq(team.id, id)),
    db.insert(auditLog).values({ ...by, ...erased("teams", id, now), organizationId }),
  ]);
}

/**
 * Removes an organization with all that the registry has of it, and notes for the operator who did it.
 * @returns false, and nothing is changed, when it still has teams, whose objects would be forgotten with them
 */
export async function removeOrganization(
  db: Registry,
  { id }: Pick<Organization, "id">,
  by: Eraser,
  now: number,
): Promise<boolean> {
  const teams = await db.select({ id: team.id }).from(team).where(eq(team.organizationId, id)).limit(1);
  if (teams.length > 0) return false;
  await db.batch([
    db.delete(organization).where(eq(organization.id, id)),
    db.insert(auditLog).values({ ...by, ...erased("organizations", id, now), organizationId: null }),
  ]);
  return true;
}

const erased = (scope: string, itemId: number, at: number) => ({
  at,
  teamId: null,
  scope,
  itemId,
  activity: "erased",
  detail: {},
});
