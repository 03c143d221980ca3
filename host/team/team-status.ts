/** How much waits in a shard of a team, and for what. */
export interface TeamStatus {
  /** Events that have yet to pass the plugins. */
  inbox: number;
  /** Events that have yet to be delivered. */
  outbox: number;
  /** Calls of plugins' functions that events have left to make, such as onEvent. */
  followUps: number;
  /** Requests that plugins composed and that have yet to be made. */
  webhooks: number;
  /** What the destination answered to the last attempts; null when nothing stands in the way. */
  delivery: {
    /** Failures in a row. */
    attempts: number;
    /** Milliseconds since the epoch. */
    dueAt: number;
    reason: string;
  } | null;

  /** Who watches the log. */
  tails: number;
}
