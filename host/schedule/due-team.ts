/** A team to which a beat of the Cron Trigger may be something. */
export interface DueTeam {
  id: number;
  /** Since when: milliseconds since the epoch. */
  since: number;
}

/** When the next task of a team is due, as its object says; null for never. */
export interface NextTask extends DueTeam {
  dueAt: number | null;
}
