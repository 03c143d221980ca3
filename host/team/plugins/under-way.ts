import { endsWithin } from "./ends-within.ts";

/** Counts what is under way, and tells when nothing is. */
export class UnderWay {
  #tasks = 0;
  #idle: Promise<void> = Promise.resolve();
  #becomeIdle: () => void = () => undefined;

  get isIdle(): boolean {
    return this.#tasks === 0;
  }

  /** Resolves when nothing is under way. */
  get idle(): Promise<void> {
    return this.#idle;
  }

  async during<T>(task: () => Promise<T>): Promise<T> {
    if (this.#tasks++ === 0)
      this.#idle = new Promise((resolve) => {
        this.#becomeIdle = resolve;
      });
    try {
      return await task();
    } finally {
      if (--this.#tasks === 0) this.#becomeIdle();
    }
  }

  /** @returns whether nothing is under way, or has ended within so many milliseconds */
  async isIdleWithin(ms: number): Promise<boolean> {
    return this.isIdle || endsWithin(this.#idle, ms);
  }

  /** @returns whether nothing is under way, nor begins in a moment, as the next of a queue does */
  async isAtRest(): Promise<boolean> {
    if (!this.isIdle) return false;
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
    return this.isIdle;
  }
}
