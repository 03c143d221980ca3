import { atATime } from "../at-a-time.ts";
import { type DueTeam, isNoted, type NextTask } from "./due-team.ts";

/** What a page of teams is passed on with. */
export interface TickPageDeps {
  /** Tells the object of a team. @returns when its next task is due, null for never */
  tickTeam(team: DueTeam, beat: number): Promise<number | null>;
  /** Has teams left alone until their next task is due. */
  note(next: readonly NextTask[]): Promise<void>;
}

/** Teams that are ticked at the same time. */
const AT_A_TIME = 50;

/** Passes a beat on to some teams, and notes when each has its next task. A team that fails holds up no other, and is asked again in a minute. */
export async function tickPage(
  { tickTeam, note }: TickPageDeps,
  beat: number,
  page: readonly DueTeam[],
): Promise<void> {
  const next: NextTask[] = [];
  await atATime(AT_A_TIME, page, async (team) => {
    try {
      const dueAt = await tickTeam(team, beat);
      if (isNoted(dueAt, beat)) next.push({ ...team, dueAt });
    } catch (error) {
      console.error(`team ${team.id} could not be ticked: ${String(error)}`);
    }
  });
  await note(next);
}
