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
  drain: Pick<Drain, "nextDue" | "step">;
  reports: Pick<MetricReports, "nextDue" | "step">;
  rollUp: Pick<RollUp, "nextDue">;
  sidelines: readonly Sideline[];
  facts: Pick<Facts, "get" | "set">;
  meter: Pick<Meter, "begin" | "flush">;
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
  readonly #beside: Beside;
  readonly #deps: WorkDeps;
  #ring: () => void = () => undefined;
  #restUntil = 0;
  #running: Promise<void> | undefined;
  #isStopped = false;
  /** Whether the mark that work is under way was left by this object, and not by a process that has ended. */
  #hasMark = false;

  constructor(deps: WorkDeps) {
    this.#beside = new Beside(deps.sidelines);
    this.#deps = deps;
  }

  /** Tells work that waits for something beside it that there may be new events. */
  ring(): void {
    this.#ring();
  }

  /** When there is something to do next: milliseconds since the epoch, or null for never. */
  nextDue(): number | null {
    if (this.#isStopped) return null;
    // What is under way beside has an alarm that waits for it, so that the platform takes the object for no idle one.
    if (this.#beside.isBusy && !this.#running) return this.#deps.now();
    return earliest(this.#nextBeginning(), this.#deps.rollUp.nextDue());
  }

  /** Begins nothing more. What is under way has ended when this resolves. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#ring();
    // How it ended is its own caller's to hear.
    await this.#running?.catch(() => undefined);
    await this.#beside.end();
  }

  /**
   * Works until nothing is due and nothing under way, or the budget is used up: then what is under way beside the events goes on into the
   * next alarm. Called while it is at work, it waits for that to end.
   */
  async run(): Promise<void> {
    if (this.#isStopped) return;
    // Two at once would take the same events out of the inbox.
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async #run(): Promise<void> {
    const { gathered, meter, now, drainFuel } = this.#deps;
    const isSuspicious = this.#mark();
    const budget = new Budget(now, drainFuel);
    try {
      await meter.begin();
      await this.#runWithin(budget, isSuspicious);
      for (const each of gathered) each.flush();
      await meter.flush();
    } finally {
      budget.end();
      this.#unmark();
    }
  }

  async #runWithin(budget: Budget, isSuspicious: boolean): Promise<void> {
    const turns = new Turns(this.#deps.now);
    while (!this.#isStopped && budget.isLeft && !this.#beside.hasFailed) {
      const rung = this.#rung();
      const fuel = await this.#step(isSuspicious);
      if (fuel !== null) budget.spend(fuel);
      // Once a turn is early enough, and lets events leave together.
      if (fuel === null || (await turns.after(fuel))) this.#beside.startDue(budget, isSuspicious);
      if (fuel !== null) continue;
      if (!this.#beside.isBusy) break;
      await this.#beside.untilNews(rung, Math.min(this.#msUntil(this.#nextBeginning()), budget.msLeft));
    }
    this.#beside.throwFailure();
  }

  /** Marks that work is under way. @returns whether an earlier run ended in the middle, with its process */
  #mark(): boolean {
    if (this.#hasMark) return false;
    const { facts } = this.#deps;
    const isSuspicious = facts.get("running") === true;
    facts.set("running", true);
    this.#hasMark = true;
    return isSuspicious;
  }

  /** Takes the mark away, unless something is under way that may yet be the end of the process. */
  #unmark(): void {
    if (this.#beside.isBusy) return;
    // To change a row costs less than to remove it and make it anew.
    this.#deps.facts.set("running", false);
    this.#hasMark = false;
  }

  /** When there is something to begin next: milliseconds since the epoch, or null for never. */
  #nextBeginning(): number | null {
    return earliest(this.#nextStep(), this.#beside.nextDue());
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

  /** @returns milliseconds until then */
  #msUntil(due: number | null): number {
    return due === null ? Number.POSITIVE_INFINITY : Math.max(due - this.#deps.now(), 0);
  }
}
