import { atATime } from "../at-a-time.ts";
import type { DueTeam, NextTask } from "./due-team.ts";
import { inTime } from "./in-time.ts";

/** What a page of teams is passed on with. */
export interface TickPageDeps {
  /** Tells the object of a team. @returns when its next task is due, null for never */
  tickTeam(teamId: number, beat: number): Promise<number | null>;
  /** Has teams left alone until their next task is due. */
  note(next: readonly NextTask[]): Promise<void>;
}

/** Teams that are ticked at the same time. */
const AT_A_TIME = 50;

/** How long others wait for a team whose object is at something that cannot be interrupted: milliseconds. It heeds the beat after that. */
const PATIENCE_MS = 2_000;

/** Cron Triggers come once a minute. */
const MINUTE = 60_000;

/** The longest that a team is left alone: what was wrong about its times is found then. */
const LONGEST = 24 * 60 * MINUTE;

/** Passes a beat on to some teams, and notes when each has its next task. A team that fails, or does not answer, holds up no other, and is asked again in a minute. */
export async function tickPage(
  { tickTeam, note }: TickPageDeps,
  beat: number,
  page: readonly DueTeam[],
): Promise<void> {
  const next: NextTask[] = [];
  await atATime(AT_A_TIME, page, async (team) => {
    try {
      const dueAt = await inTime(PATIENCE_MS, tickTeam(team.id, beat));
      // Who is due at the next beat stays as it is.
      if (dueAt === null || dueAt > beat + MINUTE)
        next.push({ ...team, dueAt: dueAt && Math.min(dueAt, beat + LONGEST) });
    } catch (error) {
      console.error(`team ${team.id} could not be ticked: ${String(error)}`);
    }
  });
  await note(next);
}
