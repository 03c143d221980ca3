import { blobPrefix, Bodies } from "./bodies.ts";
import type { TeamDatabase } from "./database.ts";
import { Facts } from "./facts.ts";
import { FailedSetups } from "./plugins/failed-setups.ts";
import { FollowUps } from "./follow-ups/follow-ups.ts";
import { Inbox } from "./events/inbox.ts";
import { CallStats } from "./insight/call-stats.ts";
import { EgressStats } from "./insight/egress-stats.ts";
import { ErrorGroups } from "./insight/error-groups.ts";
import { IngestionWarnings } from "./insight/ingestion-warnings.ts";
import { Jobs } from "./jobs/jobs.ts";
import { Ledger } from "./insight/ledger.ts";
import { TeamLog } from "./insight/log.ts";
import { LogTails } from "./insight/log-tails.ts";
import { Metrics } from "./insight/metrics.ts";
import { Outbox } from "./events/outbox.ts";
import { Outcomes } from "./insight/outcomes.ts";
import { RecentEvents } from "./insight/recent-events.ts";
import { RollUp, type RollUpDeps } from "./insight/roll-up.ts";
import { Recordings } from "./recording/recordings.ts";
import { TaskRuns } from "./tasks/task-runs.ts";
import { Webhooks } from "./follow-ups/webhooks.ts";

/** The tables of a team object, with the bucket for what is too large for a row. */
export interface Tables {
  db: TeamDatabase;
  bodies: Bodies;
  egress: EgressStats;
  errors: ErrorGroups;
  facts: Facts;
  failedSetups: FailedSetups;
  followUps: FollowUps;
  inbox: Inbox;
  jobs: Jobs;
  taskRuns: TaskRuns;
  ledger: Ledger;
  log: TeamLog;
  metrics: Metrics;
  outbox: Outbox;
  outcomes: Outcomes;
  recent: RecentEvents;
  stats: CallStats;
  recordings: Recordings;
  rollUp: RollUp;
  tails: LogTails;
  warnings: IngestionWarnings;
  webhooks: Webhooks;
}

export interface TablesOptions extends Pick<RollUpDeps, "last" | "put"> {
  /** Of the object, by which its blobs are told from those of others. */
  id: string;
  now(): number;
  /** Takes the team's secrets out of what its plugins say. */
  redact(text: string): string;
}

export function openTables(db: TeamDatabase, bucket: R2Bucket, options: TablesOptions): Tables {
  const { id, now, redact } = options;
  const facts = new Facts(db);
  const onChange = (): void => rollUp.note();
  const ledger = new Ledger(db, onChange);
  const stats = new CallStats(db, now);
  const errors = new ErrorGroups(db);
  const tails = new LogTails(db, now);
  const egress = new EgressStats(db, now, redact);
  const followUps = new FollowUps(db);
  const webhooks = new Webhooks(db);
  const rollUp = new RollUp({ ...options, db, egress, facts, followUps, ledger, stats, webhooks });
  return {
    db,
    bodies: new Bodies(bucket, blobPrefix(id)),
    egress,
    errors,
    facts,
    failedSetups: new FailedSetups(facts, redact),
    followUps,
    inbox: new Inbox(db, ledger),
    jobs: new Jobs(db),
    taskRuns: new TaskRuns(db),
    ledger,
    log: new TeamLog(db, now, redact, () => tails.ring()),
    metrics: new Metrics(db, facts, now),
    outbox: new Outbox(db, ledger),
    outcomes: new Outcomes(db, redact, stats, errors, onChange),
    recent: new RecentEvents(db, now, redact),
    stats,
    recordings: new Recordings(db, redact),
    rollUp,
    tails,
    warnings: new IngestionWarnings(db, ledger),
    webhooks,
  };
}
