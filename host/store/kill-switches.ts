import { and, count, desc, eq, inArray, max, or, sql, type SQL } from "drizzle-orm";
import type { Registry } from "./registry.ts";
import { killSwitch, type KillKind, pluginConfig, team } from "./schema.ts";

export type KillSwitch = typeof killSwitch.$inferSelect;
export interface KillTarget {
  kind: KillKind;
  targetId: number;
}

/** Stops something; what is stopped already gets the new reason. */
export function stop(db: Registry, values: Omit<KillSwitch, "id">): Promise<KillSwitch> {
  const { reason, role, by, createdAt } = values;
  return db
    .insert(killSwitch)
    .values(values)
    .onConflictDoUpdate({ target: [killSwitch.kind, killSwitch.targetId], set: { reason, role, by, createdAt } })
    .returning()
    .get();
}

/** The switch over something, if there is one. */
export async function switchOver(db: Registry, { kind, targetId }: KillTarget): Promise<KillSwitch | null> {
  const isThis = and(eq(killSwitch.kind, kind), eq(killSwitch.targetId, targetId));
  return (await db.select().from(killSwitch).where(isThis).get()) ?? null;
}

/** Lifts a switch. @returns whether it was there */
export async function lift(db: Registry, id: number): Promise<boolean> {
  return (await db.delete(killSwitch).where(eq(killSwitch.id, id)).returning({ id: killSwitch.id })).length > 0;
}

/** Newest first. @param which those that the caller sees; undefined for all */
export function killSwitches(
  db: Registry,
  which: SQL | undefined,
  { limit, offset }: { limit: number; offset: number },
): Promise<KillSwitch[]> {
  return db.select().from(killSwitch).where(which).orderBy(desc(killSwitch.id)).limit(limit).offset(offset);
}

/** The switches that stop plugins of a team, whichever they are. */
export function switchesOver(db: Registry, teamId: number): Promise<KillSwitch[]> {
  const configs = db.select({ id: pluginConfig.id }).from(pluginConfig).where(eq(pluginConfig.teamId, teamId));
  const versions = db
    .select({ id: pluginConfig.pluginVersionId })
    .from(pluginConfig)
    .where(eq(pluginConfig.teamId, teamId));
  return db
    .select()
    .from(killSwitch)
    .where(
      or(
        eq(killSwitch.kind, "everything"),
        and(eq(killSwitch.kind, "team"), eq(killSwitch.targetId, teamId)),
        and(eq(killSwitch.kind, "config"), inArray(killSwitch.targetId, configs)),
        and(eq(killSwitch.kind, "version"), inArray(killSwitch.targetId, versions)),
      ),
    );
}

/** A text that is another one after every change of the switches, whosever they are. */
export async function markOfSwitches(db: Registry): Promise<string> {
  const { id, createdAt } = killSwitch;
  const found = await db
    .select({ count: count(), lastId: max(id), lastAt: max(createdAt) })
    .from(killSwitch)
    .get();
  return JSON.stringify(found);
}

/** The teams whose plugins a switch stops. */
export function teamsUnder(
  db: Registry,
  { kind, targetId }: KillTarget,
): Promise<{ id: number; mostShards: number }[]> {
  const columns = { id: team.id, mostShards: team.mostShards };
  if (kind === "everything") return db.select(columns).from(team);
  if (kind === "team") return db.select(columns).from(team).where(eq(team.id, targetId));
  const column = kind === "config" ? pluginConfig.id : pluginConfig.pluginVersionId;
  const ids = db.select({ id: pluginConfig.teamId }).from(pluginConfig).where(eq(column, targetId));
  return db
    .select(columns)
    .from(team)
    .where(sql`${team.id} in ${ids}`);
}
