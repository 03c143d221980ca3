/** Why an engine cannot go on. `trap` is anything the engine itself did not foresee: an abort or a WebAssembly trap. */
export type EngineFault = "fuel" | "memory" | "stack" | "trap";

/** The engine stopped in the middle of guest code. The instance is lost: dispose of it. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly fault: EngineFault;

  constructor(fault: EngineFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** An exception that guest code did not catch. Name, message and stack are the guest's, and not to be trusted. */
export class GuestException extends Error {
  readonly guestStack: string;

  constructor(name: string, message: string, guestStack: string) {
    super(message);
    this.name = name;
    this.guestStack = guestStack;
  }
}

/** The limit behind an exception of QuickJS's own, if it is one: its parsers, of code and of regular expressions, call it a syntax error. */
export function limitOfException(name: string, message: string): "memory" | "stack" | undefined {
  if (name !== "InternalError" && name !== "SyntaxError") return undefined;
  if (message === "out of memory") return "memory";
  return message === "stack overflow" ? "stack" : undefined;
}

/** Carries what `onHostCall` threw through the WebAssembly frames. */
export class HostCallFailure {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** What the caller is told of an exception that ended the engine. */
export function endOf(error: unknown): unknown {
  if (error instanceof HostCallFailure) return error.error;
  if (error instanceof EngineError) return error;
  if (isStackOverflow(error)) return new EngineError("stack", "the host's stack ended", { cause: error });
  return new EngineError("trap", error instanceof Error ? error.message : String(error), { cause: error });
}

/** Whether the host's own stack ended. A RangeError may be anything else, too: the message alone tells. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes("call stack");
}
