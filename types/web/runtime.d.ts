/** A timer that is set. It ends with the call that set it: a call waits for what it left running. */
export interface Timer {
  ref(): this;
  /** The call does not wait for the timer. */
  unref(): this;
  hasRef(): boolean;
  refresh(): this;
  [Symbol.toPrimitive](): number;
}

/** The call's clock, which stands still while code computes. */
export interface Performance {
  readonly timeOrigin: number;
  now(): number;
}

/** As much of Node's `process` as libraries ask for. The environment is empty. */
export interface Process {
  readonly argv: string[];
  readonly env: Record<string, string | undefined>;
  readonly platform: string;
  readonly version: string;
  readonly versions: Record<string, string | undefined>;
  nextTick(task: (...args: any[]) => void, ...args: any[]): void;
}
