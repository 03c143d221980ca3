import { EngineError, HostCallFailure, isStackOverflow } from "./errors.ts";
import type { Handle, Pointer } from "./exports.ts";
import type { Heap, Value } from "./heap.ts";

/** What guest code can call of its host. */
export interface HostFunctions {
  /**
   * The host functions, numbered from 1. What one throws ends the engine and is rethrown to the caller. Arguments that are no plain value
   * come as undefined; a list as answer becomes a guest array.
   */
  hostFunctions: readonly ((...args: Value[]) => Value | readonly Value[])[];
  /** One more, under the number after theirs: it is told where a value lies, for `readData`, and answers whether it took it. */
  takeWhole?(at: Pointer): boolean;
}

/** Fuel of a host call, beside one for each character or byte that is handed over: about what it costs in time. */
const FUEL_PER_HOST_CALL = 300;

/** The guest's calls of its host: what crosses is copied, and paid for by the guest. */
export class HostCalls {
  readonly #functions: HostFunctions;
  readonly #heap: Heap;
  readonly #burn: (fuel: number) => void;

  /** @param burn charges the guest; throws when it cannot pay */
  constructor(functions: HostFunctions, heap: Heap, burn: (fuel: number) => void) {
    this.#functions = functions;
    this.#heap = heap;
    this.#burn = burn;
  }

  /**
   * Serves one call.
   * @param argv the address of its arguments
   * @param number of the function
   * @returns what it answered, as a value of the guest's; 0 for nothing
   */
  serve(argc: number, argv: Pointer, number: number): Handle | 0 {
    const { hostFunctions, takeWhole } = this.#functions;
    const serve = hostFunctions[number - 1];
    const isWhole = takeWhole !== undefined && number === hostFunctions.length + 1;
    if (!serve && !isWhole) throw new EngineError("trap", `there is no host function ${number}`);
    this.#burn(FUEL_PER_HOST_CALL);
    const answer = run(() => (serve ? serve(...this.#read(argc, argv)) : takeWhole?.(argv)));
    if (answer === undefined) return 0;
    this.#burn(sizeOf(answer));
    return this.#heap.create(answer);
  }

  #read(argc: number, argv: Pointer): Value[] {
    let length = 0;
    for (let i = 0; i < argc; i++) length += this.#heap.lengthOf(argv + i * 8);
    this.#burn(length);
    const args: Value[] = [];
    for (let i = 0; i < argc; i++) args.push(this.#heap.read(argv + i * 8));
    for (const arg of args) if (arg instanceof Uint8Array) this.#burn(arg.length);
    return args;
  }
}

function run<T>(serve: () => T): T {
  try {
    return serve();
  } catch (error) {
    // Deep guest code leaves the host little stack: that it ends in the host's part is the guest's doing.
    throw isStackOverflow(error) || error instanceof EngineError ? error : new HostCallFailure(error);
  }
}

/** Characters or bytes that cross. */
function sizeOf(value: Value | readonly Value[]): number {
  if (Array.isArray(value)) return (value as readonly Value[]).reduce<number>((size, item) => size + sizeOf(item), 0);
  return typeof value === "string" || value instanceof Uint8Array ? value.length : 0;
}
