import { isNoted } from "../../schedule/due-team.ts";
import type { Facts } from "../facts.ts";
import type { TaskDesk } from "./task-desk.ts";

export interface BeatsDeps {
  facts: Facts;
  tasks: TaskDesk;
  /** Has all objects of the team take over what the registry says. */
  reconfigureAll(): Promise<void>;
}

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
   * @returns when the next task is due, null for never
   */
  async take(beat: number, since: number): Promise<number | null> {
    const { facts, reconfigureAll, tasks } = this.#deps;
    const expected = facts.get("tasksDueAt");
    if (since !== expected) await reconfigureAll();
    const dueAt = await tasks.tick(beat);
    const next = isNoted(dueAt, beat) ? dueAt : since;
    if (next !== expected) facts.set("tasksDueAt", next);
    return dueAt;
  }
}
