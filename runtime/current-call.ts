import { ContractError } from "../wit/codec.ts";
import type { EventSource } from "./event/event-source.ts";
import type { CallRandom } from "./random.ts";
import type { CallScope } from "./sandbox-options.ts";

/** What belongs to the call in hand alone. Most calls need none of it, so it is made when it is asked for. */
export class CurrentCall implements CallScope {
  #makeRandom: () => CallRandom;
  #random: CallRandom | undefined;
  #abort: AbortController | undefined;
  #event: EventSource | undefined;
  readonly burn: (fuel: number) => void;

  /**
   * @param makeRandom of the script that runs before any call
   * @param burn charges the engine
   */
  constructor(makeRandom: () => CallRandom, burn: (fuel: number) => void) {
    this.#makeRandom = makeRandom;
    this.burn = burn;
  }

  /** @param event what the guest looks at where it lies, if that is how it is handed over */
  begin(makeRandom: () => CallRandom, event: EventSource | undefined): void {
    this.#makeRandom = makeRandom;
    this.#random = undefined;
    this.#abort = undefined;
    this.#event = event;
  }

  /** Ends what the call began. */
  end(): void {
    this.#abort?.abort();
    this.#event = undefined;
  }

  get signal(): AbortSignal {
    return (this.#abort ??= new AbortController()).signal;
  }

  get random(): CallRandom {
    return (this.#random ??= this.#makeRandom());
  }

  /** The event in hand. @throws {ContractError} when there is none to look at */
  get event(): EventSource {
    if (!this.#event) throw new ContractError("there is no event in hand");
    return this.#event;
  }
}
