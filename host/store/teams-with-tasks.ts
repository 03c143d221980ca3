import { and, eq, isNull, sql } from "drizzle-orm";

import type { Registry } from "./registry.ts";
import { pluginConfig, pluginVersion, team } from "./schema.ts";

/** Ids of the teams that have an enabled plugin with a scheduled task. */
export async function teamsWithTasks(db: Registry): Promise<number[]> {
  const hasTasks = sql`json_array_length(${pluginVersion.inspected}, '$.tasks') > 0`;
  const rows = await db
    .selectDistinct({ teamId: pluginConfig.teamId })
    .from(pluginConfig)
    .innerJoin(pluginVersion, eq(pluginVersion.id, pluginConfig.pluginVersionId))
    .innerJoin(team, eq(team.id, pluginConfig.teamId))
    .where(and(eq(pluginConfig.enabled, true), isNull(team.erasingAt), hasTasks));
  return rows.map(({ teamId }) => teamId);
}
