import type { Env } from "../env.ts";
import { operatorLimits } from "../operator-limits.ts";
import type { Delivery } from "./events/delivery.ts";
import { Drain } from "./events/drain.ts";
import type { Intake } from "./events/intake.ts";
import { ResultWriter } from "./events/result-writer.ts";
import { FollowUpPlanner } from "./follow-ups/follow-up-planner.ts";
import type { FollowUpRunner } from "./follow-ups/follow-up-runner.ts";
import { WebhookRunner } from "./follow-ups/webhook-runner.ts";
import { EventPages } from "./historical-exports/event-pages.ts";
import { ExportCourse } from "./historical-exports/export-course.ts";
import { ExportStep } from "./historical-exports/export-step.ts";
import { HistoricalExportRunner } from "./historical-exports/historical-export-runner.ts";
import { LogRetention } from "./insight/log-retention.ts";
import { MetricReports } from "./insight/metric-reports.ts";
import { JobEnd } from "./jobs/job-end.ts";
import type { JobKeeper } from "./jobs/job-keeper.ts";
import { JobRunner } from "./jobs/job-runner.ts";
import type { TeamPlugins } from "./plugins/team-plugins.ts";
import type { RequestWriter } from "./request-writer.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Tables } from "./tables.ts";
import type { Schedule } from "./tasks/schedule.ts";
import { TaskEnd } from "./tasks/task-end.ts";
import { TaskRunner } from "./tasks/task-runner.ts";
import { DRAIN_FUEL } from "./work/budget.ts";
import { Work } from "./work/work.ts";

export interface WorkParts extends Tables, Surroundings {
  delivery: Delivery;
  followUpRunner: FollowUpRunner;
  intake: Intake;
  keeper: JobKeeper;
  plugins: TeamPlugins;
  requests: RequestWriter;
  schedule: Schedule;
  random(): number;
  /** Takes the team's secrets out of a text. */
  redact(text: string): string;
}

/** Puts the work of an object's alarm together: events, and beside them what they have left to do, jobs, tasks and exports. */
export function openWork(env: Env, parts: WorkParts): Work {
  const { db, egress, now, plugins, rollUp, stats } = parts;
  const course = new ExportCourse(parts);
  const step = new ExportStep({ ...parts, course, pages: new EventPages(parts) });
  return new Work({
    ...parts,
    gathered: [stats, egress, new LogRetention(db, now, () => plugins.logRetentionDays), rollUp],
    drainFuel: operatorLimits(env).drainFuel ?? DRAIN_FUEL,
    drain: new Drain({ ...parts, results: new ResultWriter({ ...parts, planner: new FollowUpPlanner(parts) }) }),
    reports: new MetricReports(parts),
    sidelines: [
      parts.delivery,
      parts.followUpRunner.lanes,
      new JobRunner({ ...parts, end: new JobEnd(parts) }).lanes,
      new TaskRunner({ ...parts, end: new TaskEnd(parts) }).lanes,
      new WebhookRunner(parts).lanes,
      new HistoricalExportRunner({ ...parts, course, step }).lanes,
    ],
  });
}
