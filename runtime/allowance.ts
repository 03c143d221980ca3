import type { Operation } from "../wit/type.ts";
import { LimitError } from "./limits.ts";
import type { Limits } from "./limits.ts";

type Counted = "calls" | "bytesOut" | "bytesIn" | "logLines" | "logBytes" | "fetches";

/** What one call has used of its limits on the host's side. */
export class Allowance {
  readonly #limits: Limits;
  readonly #used: Record<Counted, number> = {
    calls: 0,
    bytesOut: 0,
    bytesIn: 0,
    logLines: 0,
    logBytes: 0,
    fetches: 0,
  };
  #underWay = 0;
  #timers = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * Counts a capability call that is about to be served.
   * @param size characters and bytes of its arguments
   * @throws {LimitError} when it is one too many, or too large
   */
  begin({ interface: of, name, async }: Operation, size: number): void {
    this.#spend("calls", 1);
    this.#spend("bytesOut", size);
    if (of === "log") {
      this.#spend("logLines", 1);
      this.#spend("logBytes", size);
    }
    if (REQUESTS.has(`${of}.${name}`)) this.#spend("fetches", 1);
    if (!async) return;
    if (++this.#underWay > this.#limits.concurrentCalls) throw this.#crossed("concurrentCalls");
    if (isTimer(of, name) && ++this.#timers > this.#limits.timers) throw this.#crossed("timers");
  }

  /** Notes the end of an asynchronous one. */
  end({ interface: of, name }: Operation): void {
    this.#underWay--;
    if (isTimer(of, name)) this.#timers--;
  }

  /**
   * Counts an answer.
   * @throws {LimitError} when it is too large
   */
  receive(size: number): void {
    this.#spend("bytesIn", size);
  }

  #spend(name: Counted, amount: number): void {
    this.#used[name] += amount;
    if (this.#used[name] > this.#limits[name]) throw this.#crossed(name);
  }

  #crossed(name: keyof Limits): LimitError {
    return new LimitError(name, `the call crossed its limit of ${this.#limits[name]} (${name})`);
  }
}

/** The operations for which the host sends a request into the network. */
const REQUESTS: ReadonlySet<string> = new Set(["fetch.send", "posthog.api"]);

const isTimer = (of: string, name: string): boolean => of === "timers" && name !== "cancel";
