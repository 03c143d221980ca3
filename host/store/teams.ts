import { and, eq, getTableColumns, isNotNull, isNull, sql } from "drizzle-orm";
import { lastInsertId } from "./last-insert-id.ts";
import type { Registry } from "./registry.ts";
import { key, organization, team } from "./schema.ts";

export type Organization = typeof organization.$inferSelect;
export type Team = typeof team.$inferSelect;
export type TeamSettings = Partial<
  Pick<
    Team,
    | "name"
    | "posthogHost"
    | "posthogApiKey"
    | "personalApiKey"
    | "shards"
    | "anonymizeIps"
    | "notePlugins"
    | "logRetentionDays"
    | "quotas"
  >
>;

/** The team that a project key admits events to, or null when nobody has that key or it was revoked. */
export async function findTeamByToken(db: Registry, token: string): Promise<Team | null> {
  const found = await db
    .select(getTableColumns(team))
    .from(key)
    .innerJoin(team, eq(team.id, key.teamId))
    .where(and(eq(key.token, token), isNull(key.revokedAt), isNull(team.erasingAt)))
    .get();
  return found ?? null;
}

/** A team, or null when there is none of that id, or it is being erased. */
export async function teamById(db: Registry, teamId: number): Promise<Team | null> {
  const found = await db
    .select()
    .from(team)
    .where(and(eq(team.id, teamId), isNull(team.erasingAt)))
    .get();
  return found ?? null;
}

/** The oldest project key of a team that still admits events, or null when there is none. */
export async function projectKeyOf(db: Registry, teamId: number): Promise<string | null> {
  const found = await db
    .select({ token: key.token })
    .from(key)
    .where(and(eq(key.teamId, teamId), isNotNull(key.token), isNull(key.revokedAt)))
    .orderBy(key.id)
    .limit(1)
    .get();
  return found?.token ?? null;
}

/** The teams of an organization, oldest first. */
export function teamsOf(db: Registry, organizationId: number): Promise<Team[]> {
  return db.select().from(team).where(eq(team.organizationId, organizationId)).orderBy(team.id);
}

export function createOrganization(db: Registry, name: string, now: number): Promise<Organization> {
  return db.insert(organization).values({ name, createdAt: now, updatedAt: now }).returning().get();
}

/** Changes what an organization is called; null when there is none of that id. */
export async function renameOrganization(
  db: Registry,
  id: number,
  name: string,
  now: number,
): Promise<Organization | null> {
  const renamed = await db
    .update(organization)
    .set({ name, updatedAt: now })
    .where(eq(organization.id, id))
    .returning()
    .get();
  return renamed ?? null;
}

/** Whether a project key is, or was, some team's. */
export async function isKeyTaken(db: Registry, token: string): Promise<boolean> {
  return (await db.select({ id: key.id }).from(key).where(eq(key.token, token)).get()) !== undefined;
}

/** Adds a team and its first project key. Throws when another team has that key. */
export async function createTeam(
  db: Registry,
  organizationId: number,
  settings: TeamSettings & { name: string; token: string },
  now: number,
): Promise<Team> {
  const { token, ...values } = settings;
  const [[created]] = await db.batch([
    db
      .insert(team)
      .values({ ...values, mostShards: values.shards ?? 1, organizationId, createdAt: now, updatedAt: now })
      .returning(),
    db.insert(key).values({ teamId: lastInsertId, token, createdAt: now }),
  ]);
  if (created === undefined) throw new Error("D1 did not answer the inserted team");
  return created;
}

/** Changes a team's settings; null when the organization has no such team. */
export async function updateTeam(
  db: Registry,
  organizationId: number,
  teamId: number,
  settings: TeamSettings,
  now: number,
): Promise<Team | null> {
  const isDestination = "posthogHost" in settings || "posthogApiKey" in settings;
  const updated = await db
    .update(team)
    .set({
      ...settings,
      ...(settings.shards !== undefined && { mostShards: sql`max(${team.mostShards}, ${settings.shards})` }),
      ...(isDestination && { posthogFromEnv: false }),
      updatedAt: now,
    })
    .where(and(eq(team.id, teamId), eq(team.organizationId, organizationId), isNull(team.erasingAt)))
    .returning()
    .get();
  return updated ?? null;
}
