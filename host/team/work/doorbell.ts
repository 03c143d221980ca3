import type { Work } from "./work.ts";

/** The longest time to an alarm; the platform takes none of a far future, which a plugin's job may well be due in. */
const LONGEST_REST_MS = 24 * 60 * 60 * 1000;

/** The alarm of an object: set whenever there is something left to do. */
export class Doorbell {
  readonly #storage: DurableObjectStorage;
  /** What the alarm is set to, so that storage need not be asked each time: milliseconds since the epoch. Undefined before the first look. */
  #alarmAt: number | null | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** The alarm has come: none is set any more. */
  takeAlarm(): void {
    this.#alarmAt = null;
  }

  /** Sets the alarm for the next thing that is due. While the alarm's work runs, a ring has it seen at once. */
  async ring(work: Work): Promise<void> {
    work.ring();
    if (this.#alarmAt === undefined) this.#alarmAt = await this.#storage.getAlarm();
    const due = work.nextDue();
    if (due !== null && (this.#alarmAt === null || due < this.#alarmAt)) await this.set(due);
  }

  /** @param due milliseconds since the epoch */
  async set(due: number): Promise<void> {
    const at = Math.min(due, Date.now() + LONGEST_REST_MS);
    this.#alarmAt = at;
    try {
      await this.#storage.setAlarm(at);
    } catch (error) {
      this.#alarmAt = undefined;
      throw error;
    }
  }
}
