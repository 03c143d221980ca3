/** Fuel that the plugins of one team may use in one alarm, by default; about ten seconds of CPU, far below the platform's limit. */
export const DRAIN_FUEL = 4_000_000_000;
/** Milliseconds of one alarm; the platform ends it after fifteen minutes. */
const WALL_MS = 60_000;

/** How long the work of one alarm may go on. What is left continues in the next, so the platform never cuts a call. */
export class Budget {
  readonly #now: () => number;
  readonly #endsAt: number;
  #fuel: number;

  constructor(now: () => number, fuel: number) {
    this.#now = now;
    this.#fuel = fuel;
    this.#endsAt = now() + WALL_MS;
  }

  spend(fuel: number): void {
    this.#fuel -= fuel;
  }

  /** Nothing more is begun: the alarm has ended. */
  end(): void {
    this.#fuel = 0;
  }

  /** Whether anything may be begun. */
  get isLeft(): boolean {
    return this.#fuel > 0 && this.msLeft > 0;
  }

  /** Milliseconds in which anything may be begun. */
  get msLeft(): number {
    return this.#endsAt - this.#now();
  }
}
