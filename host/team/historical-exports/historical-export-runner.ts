import { describeError } from "../../describe-error.ts";
import type { Budget } from "../work/budget.ts";
import type { Sideline } from "../work/sideline.ts";
import { Turns } from "../work/turns.ts";
import type { ExportCourse } from "./export-course.ts";
import type { ExportStep } from "./export-step.ts";
import type { HistoricalExport, HistoricalExports } from "./historical-exports.ts";

export interface HistoricalExportRunnerDeps {
  historicalExports: HistoricalExports;
  course: ExportCourse;
  step: ExportStep;
  now(): number;
}

/** Configs whose old events are exported at a time: the platform has six connections for all that an object does. */
const MAX_CONFIGS = 2;

/** How long exports rest after a failure of the host, such as a registry that cannot be reached. */
const HOST_FAILURE_PAUSE_MS = 5_000;

/** Exports old events of a team, page by page: at least once, and one page after the other. How far it has come is written with the end of each call. */
export class HistoricalExportRunner implements Sideline {
  readonly #deps: HistoricalExportRunnerDeps;
  readonly #busy = new Set<number>();
  #restUntil = 0;

  constructor(deps: HistoricalExportRunnerDeps) {
    this.#deps = deps;
  }

  nextDue(): number | null {
    if (this.#busy.size >= MAX_CONFIGS) return null;
    const dueAt = this.#deps.historicalExports.nextDue([...this.#busy]);
    return dueAt === null ? null : Math.max(dueAt, this.#restUntil);
  }

  start(budget: Budget, isSuspicious: boolean): Promise<void> | null {
    const { historicalExports, now } = this.#deps;
    if (this.#busy.size >= MAX_CONFIGS || now() < this.#restUntil) return null;
    const row = historicalExports.next(now(), [...this.#busy]);
    if (!row) return null;
    const { pluginConfigId } = row;
    this.#busy.add(pluginConfigId);
    // Put off in advance, so that one which takes the whole object down with it is not the first in line again.
    if (isSuspicious) this.#deps.course.tryAgain(row, "the host was ended in the middle of it");
    return this.#runAll(row, budget).finally(() => this.#busy.delete(pluginConfigId));
  }

  async #runAll(first: HistoricalExport, budget: Budget): Promise<void> {
    const { historicalExports, now } = this.#deps;
    const turns = new Turns(now);
    let row: HistoricalExport | undefined = first;
    try {
      while (row?.dueAt != null && row.dueAt <= now() && budget.isLeft) {
        const fuel = await this.#deps.step.take(row);
        budget.spend(fuel);
        await turns.after(fuel);
        row = historicalExports.find(row.pluginConfigId);
      }
    } catch (error) {
      console.error(`historical exports rest: ${describeError(error)}`);
      this.#restUntil = now() + HOST_FAILURE_PAUSE_MS;
    }
  }
}
