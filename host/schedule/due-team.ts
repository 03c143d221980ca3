/** A team to which a beat of the Cron Trigger may be something. */
export interface DueTeam {
  id: number;
  /** Since when: milliseconds since the epoch. */
  since: number;
}

/** Cron Triggers come once a minute. */
const MINUTE = 60_000;

/** Whether the registry is told when a team's next task is due. Who is due at the next beat stays as it is. */
export const isNoted = (dueAt: number | null, beat: number): boolean => dueAt === null || dueAt > beat + MINUTE;

/** When the next task of a team is due, as its object says; null for never. */
export interface NextTask extends DueTeam {
  dueAt: number | null;
}
