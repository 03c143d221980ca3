import { atATime } from "../at-a-time.ts";
import { type DueTeam, isNoted, type NextTask } from "./due-team.ts";
import { inTime } from "./in-time.ts";

/** What a page of teams is passed on with. */
export interface TickPageDeps {
  /** Tells the object of a team. @returns when its next task is due, null for never */
  tickTeam(team: DueTeam, beat: number): Promise<number | null>;
  /** Has teams left alone until their next task is due. */
  note(next: readonly NextTask[]): Promise<void>;
}

/** Teams that are ticked at the same time. */
const AT_A_TIME = 50;

/** How long others wait for a team whose object is at something that cannot be interrupted, and heeds the beat after that: milliseconds. A page of such teams is through within the minute. */
const PATIENCE_MS = 5_000;

/** Passes a beat on to some teams, and notes when each has its next task. A team that fails, or does not answer, holds up no other, and is asked again in a minute. */
export async function tickPage(
  { tickTeam, note }: TickPageDeps,
  beat: number,
  page: readonly DueTeam[],
): Promise<void> {
  const next: NextTask[] = [];
  await atATime(AT_A_TIME, page, async (team) => {
    try {
      const dueAt = await inTime(PATIENCE_MS, tickTeam(team, beat));
      if (isNoted(dueAt, beat)) next.push({ ...team, dueAt });
    } catch (error) {
      console.error(`team ${team.id} could not be ticked: ${String(error)}`);
    }
  });
  await note(next);
}
