import { and, eq, min, sql } from "drizzle-orm";

import type { TaskName } from "../../../wit/plugin-functions.ts";
import { gridOf } from "../../schedule/grid.ts";
import type { ScheduledTask } from "../../schedule/task-schedule.ts";
import type { TeamDatabase } from "../database.ts";
import { idList } from "../id-list.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import { task } from "../schema.ts";
import type { TaskRow, TaskRuns } from "./task-runs.ts";
import { isTooFar } from "./times.ts";

export interface TaskRowsDeps {
  db: TeamDatabase;
  taskRuns: TaskRuns;
  now(): number;
}

/** The scheduled tasks of a team's enabled configs, and when each is due. */
export class TaskRows {
  readonly #deps: TaskRowsDeps;

  constructor(deps: TaskRowsDeps) {
    this.#deps = deps;
  }

  /** Has a row for each task of the configs, and for no other. @param from when a new one may be due: it waits for its next time */
  sync(configs: readonly PluginConfig[], from: number): TaskRow[] {
    const { db } = this.#deps;
    const rows = db.select().from(task).all();
    const kept = configs.flatMap(({ id, tasks }) => tasks.map((each) => this.#sync(id, each, rows, from)));
    for (const row of rows)
      if (!kept.some((each) => isOf(row, each.pluginConfigId, each.name))) db.delete(task).where(isRow(row)).run();
    return kept;
  }

  /** Forgets the tasks of all configs but these. */
  keepOf(configIds: readonly number[]): void {
    const isOther = sql`${task.pluginConfigId} not in ${idList(configIds)}`;
    this.#deps.db.delete(task).where(isOther).run();
  }

  find(pluginConfigId: number, name: TaskName): TaskRow | undefined {
    return this.#deps.db.select().from(task).where(isRow({ pluginConfigId, name })).get();
  }

  change(row: TaskRow, values: Partial<TaskRow>): void {
    this.#deps.db.update(task).set(values).where(isRow(row)).run();
  }

  /** When the first is due: milliseconds since the epoch, null for never. */
  nextDue(): number | null {
    const rows = this.#deps.db.select({ at: min(task.dueAt) }).from(task);
    return rows.get()?.at ?? null;
  }

  #sync(pluginConfigId: number, { name, schedule }: ScheduledTask, rows: readonly TaskRow[], from: number): TaskRow {
    const { db, taskRuns, now } = this.#deps;
    const text = schedule ? JSON.stringify(schedule) : "";
    const found = rows.find((row) => isOf(row, pluginConfigId, name));
    if (found?.schedule === text && !isTooFar(found, now())) return found;
    const dueAt = gridOf(name, pluginConfigId, schedule).atOrAfter(from);
    // One may go on from before its config was disabled.
    const runId = found ? found.runId : (taskRuns.underWay(pluginConfigId, name)?.id ?? null);
    const row = { pluginConfigId, name, schedule: text, dueAt, runId };
    db.insert(task)
      .values(row)
      .onConflictDoUpdate({ target: [task.pluginConfigId, task.name], set: { schedule: text, dueAt } })
      .run();
    return row;
  }
}

const isOf = (row: TaskRow, pluginConfigId: number, name: string): boolean =>
  row.pluginConfigId === pluginConfigId && row.name === name;

const isRow = ({ pluginConfigId, name }: Pick<TaskRow, "pluginConfigId" | "name">) =>
  and(eq(task.pluginConfigId, pluginConfigId), eq(task.name, name));
