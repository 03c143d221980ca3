/** How an event is handed to a plugin: where it lies, to be looked at, or as a copy of all of it. */
export type Mode = "view" | "copy";

/** The fuel that a call took, and the characters of its event. */
interface Sample {
  fuel: number;
  size: number;
}

/** Calls after which the other way is tried again: what a plugin does may change. Twice as many each time that it has not, up to the most. */
const CALLS_PER_TRIAL = { first: 64, most: 1024 };
/** Characters that a plugin may look at before a copy is worth a try. */
const LITTLE = 400;

/**
 * Chooses for one plugin. Looking at a few properties costs the same whatever the event weighs; looking at all of them one by one costs
 * twice what a copy does. What calls took in fuel decides, so that the same calls choose the same.
 */
export class ViewOrCopy {
  #view: (Sample & { isLittle: boolean }) | undefined;
  #copy: Sample | undefined;
  #calls = 0;
  #interval = CALLS_PER_TRIAL.first;
  #nextTrial = CALLS_PER_TRIAL.first;
  #better: Mode | undefined;

  /** @param size characters of the event, about */
  choose(size: number): Mode {
    this.#calls++;
    if (!this.#view || this.#view.isLittle) return "view";
    if (!this.#copy) return "copy";
    const better: Mode = scaled(this.#view, size) <= scaled(this.#copy, size) ? "view" : "copy";
    if (better !== this.#better) this.#interval = CALLS_PER_TRIAL.first;
    this.#better = better;
    if (this.#calls < this.#nextTrial) return better;
    this.#nextTrial = this.#calls + this.#interval;
    this.#interval = Math.min(this.#interval * 2, CALLS_PER_TRIAL.most);
    return better === "view" ? "copy" : "view";
  }

  /** @param looked characters that the plugin looked at */
  note(mode: Mode, fuel: number, size: number, looked: number): void {
    if (mode === "copy") this.#copy = { fuel, size };
    else this.#view = { fuel, size, isLittle: looked <= Math.max(LITTLE, size / 16) };
  }
}

const scaled = ({ fuel, size: from }: Sample, size: number): number => (fuel * size) / Math.max(1, from);
