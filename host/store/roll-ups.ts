import { and, asc, eq, gt, isNull, or, sql } from "drizzle-orm";
import type { Counters } from "../team/insight/counters.ts";
import type { Registry } from "./registry.ts";
import { rollUp, team } from "./schema.ts";

/** What the object of a shard has told last. */
export interface RollUpRow {
  teamId: number;
  shard: number;
  counters: Counters;
  /** Milliseconds since the epoch. */
  at: number;
}

/** What an object told last, or null when it never has. */
export async function lastRollUp(db: Registry, teamId: number, shard: number): Promise<Counters | null> {
  const isIt = and(eq(rollUp.teamId, teamId), eq(rollUp.shard, shard));
  const found = await db.select({ counters: rollUp.counters }).from(rollUp).where(isIt).get();
  return found?.counters ?? null;
}

/** Keeps what an object tells, unless its team is gone, or about to be. */
export async function putRollUp(db: Registry, { teamId, shard, counters, at }: RollUpRow): Promise<void> {
  const json = JSON.stringify(counters);
  await db.run(sql`
    insert into ${rollUp} (team_id, shard, counters, at)
    select id, ${shard}, ${json}, ${at} from ${team} where id = ${teamId} and erasing_at is null
    on conflict (team_id, shard) do update set counters = excluded.counters, at = excluded.at`);
}

/** As many as one isolate holds at once. */
const PAGE_ROWS = 200;

/** What all objects have told last, those of one team behind each other. */
export async function* allRollUps(db: Registry): AsyncGenerator<RollUpRow> {
  const { teamId, shard, counters, at } = rollUp;
  let after = { teamId: 0, shard: -1 };
  for (;;) {
    const isLater = or(gt(teamId, after.teamId), and(eq(teamId, after.teamId), gt(shard, after.shard)));
    const rows = await db
      .select({ teamId, shard, counters, at })
      .from(rollUp)
      .innerJoin(team, eq(team.id, teamId))
      .where(and(isLater, isNull(team.erasingAt)))
      .orderBy(asc(teamId), asc(shard))
      .limit(PAGE_ROWS);
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return;
    after = last;
  }
}
