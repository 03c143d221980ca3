import { Budget } from "./budget.ts";
import type { Delivery } from "./delivery.ts";
import type { Drain } from "./drain.ts";
import { earliest } from "./earliest.ts";
import type { Facts } from "./facts.ts";
import type { JobRunner } from "./job-runner.ts";
import type { MetricReports } from "./metric-reports.ts";
import { Turns } from "./turns.ts";

export interface WorkDeps {
  drain: Drain;
  jobs: JobRunner;
  reports: MetricReports;
  delivery: Delivery;
  facts: Facts;
  /** Fuel of the plugins in one alarm. */
  drainFuel: number;
  now(): number;
}

/** How long events and jobs rest after a failure of the host, such as a registry that cannot be reached. */
const HOST_FAILURE_PAUSE_MS = 5_000;

/** Every so many steps a job goes before the events, so that a steady stream of these does not keep it waiting. */
const STEPS_PER_JOB = 8;

/** The work of one alarm: events and jobs go through the plugins while the outbox is delivered beside them. */
export class Work {
  readonly #deps: WorkDeps;
  #ring: () => void = () => undefined;
  #restUntil = 0;
  #steps = 0;

  constructor(deps: WorkDeps) {
    this.#deps = deps;
  }

  /** Tells work that waits for a delivery that there may be new events. */
  ring(): void {
    this.#ring();
  }

  /** When there is something to do next: milliseconds since the epoch, or null for never. */
  nextDue(): number | null {
    const { drain, jobs, reports, delivery } = this.#deps;
    const step = earliest(earliest(drain.nextDue(), jobs.nextDue()), reports.nextDue());
    return earliest(step === null ? null : Math.max(step, this.#restUntil), delivery.nextDue());
  }

  /** Works until nothing is due or the budget is used up. */
  async run(): Promise<void> {
    const { facts, now, drainFuel } = this.#deps;
    // Left behind by a run that ended in the middle, with the process.
    const isSuspicious = facts.get("running") === true;
    facts.set("running", true);
    try {
      await this.#runWithin(new Budget(now, drainFuel), isSuspicious);
    } finally {
      facts.forget("running");
    }
  }

  async #runWithin(budget: Budget, isSuspicious: boolean): Promise<void> {
    const { delivery, now } = this.#deps;
    const turns = new Turns(now);
    const failures: unknown[] = [];
    let delivering: Promise<void> | undefined;
    while (budget.isLeft && failures.length === 0) {
      const rung = this.#rung();
      const fuel = await this.#step(isSuspicious);
      // Once a turn is early enough, and lets events leave together.
      const isTurn = fuel === null || (await turns.after(fuel));
      if (isTurn && !delivering && isDue(delivery.nextDue(), now()))
        delivering = delivery
          .run(() => budget.isLeft)
          .catch((error: unknown) => void failures.push(error))
          .finally(() => {
            delivering = undefined;
          });
      if (fuel !== null) budget.spend(fuel);
      else if (delivering) await Promise.race([delivering, rung]);
      else break;
    }
    await delivering;
    if (failures.length > 0) throw failures[0];
  }

  /** @returns the fuel that an event or a job took, or null when nothing is due */
  async #step(isSuspicious: boolean): Promise<number | null> {
    const { drain, jobs, reports, now } = this.#deps;
    if (now() < this.#restUntil) return null;
    const [first, second] = ++this.#steps % STEPS_PER_JOB === 0 ? [jobs, drain] : [drain, jobs];
    try {
      return (await first.step(isSuspicious)) ?? (await second.step(isSuspicious)) ?? (await reports.step());
    } catch (error) {
      console.error(`events and jobs rest: ${error instanceof Error ? error.stack : String(error)}`);
      this.#restUntil = now() + HOST_FAILURE_PAUSE_MS;
      return null;
    }
  }

  /** Resolves at the next ring; one that comes before anybody waits is not missed. */
  #rung(): Promise<void> {
    return new Promise((resolve) => {
      this.#ring = resolve;
    });
  }
}

const isDue = (at: number | null, now: number): boolean => at !== null && at <= now;
