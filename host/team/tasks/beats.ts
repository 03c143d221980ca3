import { isNoted } from "../../schedule/due-team.ts";
import type { Facts } from "../facts.ts";
import type { TaskDesk } from "./task-desk.ts";

export interface BeatsDeps {
  facts: Facts;
  tasks: TaskDesk;
  /** Has this object take over what the registry says. */
  reconfigure(): Promise<void>;
  /** Has the team's other objects take it over. */
  reconfigureOthers(): Promise<void>;
}

/** The longest that a team is left alone: what may be wrong about its times is found then. Milliseconds. */
const LONGEST_MS = 24 * 60 * 60_000;

/**
 * Takes the beats of the Cron Trigger. What brings one to a team is a time in the registry: that of its next task, as this object said, or
 * that at which its configs were changed. The latter is heeded here, for the object may not have been told: a Worker can end between saving
 * a change and telling of it.
 */
export class Beats {
  readonly #deps: BeatsDeps;

  constructor(deps: BeatsDeps) {
    this.#deps = deps;
  }

  /**
   * @param beat the time of the beat, in milliseconds since the epoch
   * @param since the time in the registry that brought it
   * @returns when the next task is due, null for never; a day later at the most
   */
  async take(beat: number, since: number): Promise<number | null> {
    const { facts, reconfigure, reconfigureOthers, tasks } = this.#deps;
    const expected = facts.get("tasksDueAt");
    const isNews = since !== expected;
    if (isNews) await reconfigure();
    const dueAt = soon(await tasks.tick(beat), beat);
    // Tasks do not wait for another object that cannot be reached; the next beat tries it again.
    if (isNews) await reconfigureOthers();
    const next = isNoted(dueAt, beat) ? dueAt : since;
    if (next !== expected) facts.set("tasksDueAt", next);
    return dueAt;
  }
}

const soon = (dueAt: number | null, beat: number): number | null =>
  dueAt === null ? null : Math.min(dueAt, beat + LONGEST_MS);
