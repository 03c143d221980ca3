import { and, asc, eq, gt, isNull, lte, sql } from "drizzle-orm";

import type { DueTeam, NextTask } from "../schedule/due-team.ts";
import type { Registry } from "./registry.ts";
import { team } from "./schema.ts";

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

/** Has a team asked at the next beat, because what its configs do may have changed. */
export const askForTasks = (db: Registry, teamId: number, now: number) =>
  db.update(team).set({ tasksDueAt: now }).where(eq(team.id, teamId));
