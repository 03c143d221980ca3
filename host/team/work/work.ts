import { describeError } from "../../describe-error.ts";
import { Beside } from "./beside.ts";
import { Budget } from "./budget.ts";
import type { Drain } from "../events/drain.ts";
import { earliest } from "./earliest.ts";
import type { Facts } from "../facts.ts";
import type { RollUp } from "../insight/roll-up.ts";
import type { MetricReports } from "../insight/metric-reports.ts";
import type { Meter } from "../quotas/meter.ts";
import type { Sideline } from "./sideline.ts";
import { Turns } from "./turns.ts";

export interface WorkDeps {
  drain: Drain;
  reports: MetricReports;
  rollUp: Pick<RollUp, "nextDue">;
  sidelines: readonly Sideline[];
  facts: Facts;
  meter: Meter;
  /** What is gathered in memory, and written at the end. */
  gathered: readonly { flush(): void }[];
  /** Fuel of the plugins in one alarm. */
  drainFuel: number;
  now(): number;
}

/** How long events rest after a failure of the host, such as a registry that cannot be reached. */
const HOST_FAILURE_PAUSE_MS = 5_000;

/** The work of one alarm: events go through the plugins, and what these leave to do, jobs and tasks, are done beside them. */
export class Work {
  readonly #deps: WorkDeps;
  #ring: () => void = () => undefined;
  #restUntil = 0;
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor(deps: WorkDeps) {
    this.#deps = deps;
  }

  /** Tells work that waits for something beside it that there may be new events. */
  ring(): void {
    this.#ring();
  }

  /** When there is something to do next: milliseconds since the epoch, or null for never. */
  nextDue(): number | null {
    if (this.#isStopped) return null;
    const first = earliest(this.#nextStep(), this.#deps.rollUp.nextDue());
    return this.#deps.sidelines.reduce((due, sideline) => earliest(due, sideline.nextDue()), first);
  }

  /** Begins nothing more. What is under way has ended when this resolves. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#ring();
    // How it ended is its own caller's to hear.
    await this.#running?.catch(() => undefined);
  }

  /** Works until nothing is due or the budget is used up. Called while it is at work, it waits for that to end. */
  async run(): Promise<void> {
    if (this.#isStopped) return;
    // Two at once would take the same events out of the inbox.
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async #run(): Promise<void> {
    const { facts, gathered, meter, now, drainFuel } = this.#deps;
    // Left behind by a run that ended in the middle, with the process.
    const isSuspicious = facts.get("running") === true;
    facts.set("running", true);
    try {
      await meter.begin();
      await this.#runWithin(new Budget(now, drainFuel), isSuspicious);
      for (const each of gathered) each.flush();
      await meter.flush();
    } finally {
      // To change a row costs less than to remove it and make it anew.
      facts.set("running", false);
    }
  }

  async #runWithin(budget: Budget, isSuspicious: boolean): Promise<void> {
    const turns = new Turns(this.#deps.now);
    const beside = new Beside(this.#deps.sidelines, budget, isSuspicious);
    // Events do not wait for the end of what was begun beside them while there was time.
    while (!this.#isStopped && (budget.isLeft || (beside.isBusy && budget.hasFuel))) {
      const rung = this.#rung();
      const fuel = await this.#step(isSuspicious);
      // Once a turn is early enough, and lets events leave together.
      if (fuel === null || (await turns.after(fuel))) beside.startDue();
      if (fuel !== null) budget.spend(fuel);
      else if (beside.isBusy)
        await beside.untilNews(rung, this.#msUntil(budget.isLeft ? this.nextDue() : this.#nextStep()));
      else break;
      if (beside.hasFailed) break;
    }
    await beside.end();
  }

  /** When an event or a report is due next. */
  #nextStep(): number | null {
    const { drain, reports } = this.#deps;
    const step = earliest(drain.nextDue(), reports.nextDue());
    return step === null ? null : Math.max(step, this.#restUntil);
  }

  /** @returns the fuel that an event took, or null when nothing is due */
  async #step(isSuspicious: boolean): Promise<number | null> {
    const { drain, reports, now } = this.#deps;
    if (now() < this.#restUntil) return null;
    try {
      return (await drain.step(isSuspicious)) ?? (await reports.step());
    } catch (error) {
      console.error(`events rest: ${describeError(error)}`);
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

  /** @returns milliseconds until then; undefined for never */
  #msUntil(due: number | null): number | undefined {
    return due === null ? undefined : Math.max(due - this.#deps.now(), 0);
  }
}
