/** How far an event has come that waits in the inbox. */
export interface Progress {
  /** Ids of the configs that are done with the event: they do not see it again. */
  done: readonly number[];
  /** Those of them that failed on it. */
  failed?: readonly number[];
  /** The config that put the event off, and how often in a row. */
  heldBy: number | null;
  holds: number;
  /** How often in a row the host, not a plugin, failed on the event. */
  failures: number;
}

/** The progress of an event that nobody has seen. */
export const FRESH: Progress = { done: [], heldBy: null, holds: 0, failures: 0 };
