import { and, asc, eq, gt, inArray, isNull, lte, sql } from "drizzle-orm";

import type { DueTeam, NextTask } from "../schedule/due-team.ts";
import type { Registry } from "./registry.ts";
import { pluginConfig, pluginVersion, team } from "./schema.ts";

/** A page of the teams to which a beat may be something, by ascending id. @param after the last id of the page before */
export async function dueTeams(db: Registry, beat: number, after: number, limit: number): Promise<DueTeam[]> {
  const rows = await db
    .select({ id: team.id, since: team.tasksDueAt })
    .from(team)
    .where(and(lte(team.tasksDueAt, beat), gt(team.id, after), isNull(team.erasingAt)))
    .orderBy(asc(team.id))
    .limit(limit);
  return rows.map(({ id, since }) => ({ id, since: since ?? 0 }));
}

/** Has teams left alone until their next task is due, in one statement; but for those whose configs changed since they were found. */
export async function noteNextTasks(db: Registry, next: readonly NextTask[]): Promise<void> {
  if (next.length === 0) return;
  const told = JSON.stringify(next.map(({ id, since, dueAt }) => [id, since, dueAt]));
  await db.run(sql`
    update team set tasks_due_at = told.value ->> 2
    from json_each(${told}) as told
    where team.id = told.value ->> 0 and team.tasks_due_at = told.value ->> 1`);
}

/** Has teams asked that have a plugin, because they may use it now, or may no more. */
export const askForTasksOf = (db: Registry, pluginId: number, now: number) =>
  db
    .update(team)
    .set({ tasksDueAt: now })
    .where(
      inArray(
        team.id,
        db.select({ id: pluginConfig.teamId }).from(pluginConfig).where(eq(pluginConfig.pluginId, pluginId)),
      ),
    );

/** Has all teams asked that have an enabled config with tasks and no time for them: what should not be, but would never end by itself. */
export async function askForForgottenTasks(db: Registry, now: number): Promise<void> {
  const hasTasks = sql`json_array_length(${pluginVersion.inspected}, '$.tasks') > 0`;
  const withTasks = db
    .select({ id: pluginConfig.teamId })
    .from(pluginConfig)
    .innerJoin(pluginVersion, eq(pluginVersion.id, pluginConfig.pluginVersionId))
    .where(and(eq(pluginConfig.enabled, true), hasTasks));
  await db
    .update(team)
    .set({ tasksDueAt: now })
    .where(and(isNull(team.tasksDueAt), isNull(team.erasingAt), inArray(team.id, withTasks)));
}

/** Has a team asked at the next beat, because what its configs do may have changed. */
export const askForTasks = (db: Registry, teamId: number, now: number) =>
  db.update(team).set({ tasksDueAt: now }).where(eq(team.id, teamId));
