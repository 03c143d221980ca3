import { blobPrefix, Bodies } from "./bodies.ts";
import type { TeamDatabase } from "./database.ts";
import { Facts } from "./facts.ts";
import { FailedSetups } from "./plugins/failed-setups.ts";
import { FollowUps } from "./follow-ups/follow-ups.ts";
import { HistoricalExports } from "./historical-exports/historical-exports.ts";
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
import { Account } from "./quotas/account.ts";
import { DecidedQuotas } from "./quotas/decided-quotas.ts";
import { Meter, type MeterDeps } from "./quotas/meter.ts";
import { openStocks, type Stocks } from "./quotas/stocks.ts";
import { Webhooks } from "./follow-ups/webhooks.ts";

/** The tables of a team object, with the bucket for what is too large for a row. */
export interface Tables {
  usageAccount: Account;
  db: TeamDatabase;
  bodies: Bodies;
  decided: DecidedQuotas;
  egress: EgressStats;
  errors: ErrorGroups;
  facts: Facts;
  failedSetups: FailedSetups;
  followUps: FollowUps;
  historicalExports: HistoricalExports;
  inbox: Inbox;
  jobs: Jobs;
  taskRuns: TaskRuns;
  ledger: Ledger;
  log: TeamLog;
  meter: Meter;
  metrics: Metrics;
  outbox: Outbox;
  outcomes: Outcomes;
  recent: RecentEvents;
  stats: CallStats;
  stocks: Stocks;
  recordings: Recordings;
  rollUp: RollUp;
  tails: LogTails;
  warnings: IngestionWarnings;
  webhooks: Webhooks;
}

export interface TablesOptions extends Pick<MeterDeps, "report" | "address">, Pick<RollUpDeps, "last" | "put"> {
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
  const stocks = openStocks(db);
  const decided = new DecidedQuotas(facts);
  const meter = new Meter({ ...options, decided, stocks });
  const log = new TeamLog(db, now, redact, meter, () => tails.ring());
  return {
    db,
    usageAccount: new Account({ db, decided, facts, log, stocks, now }),
    bodies: new Bodies(bucket, blobPrefix(id)),
    decided,
    egress,
    errors,
    facts,
    failedSetups: new FailedSetups(facts, redact),
    followUps,
    historicalExports: new HistoricalExports({ db, log, now }),
    inbox: new Inbox(db, ledger),
    jobs: new Jobs(db, stocks.jobs),
    taskRuns: new TaskRuns(db),
    ledger,
    log,
    meter,
    metrics: new Metrics(db, facts, now),
    outbox: new Outbox(db, ledger, stocks.deadLetters),
    outcomes: new Outcomes(db, redact, stats, errors, onChange),
    recent: new RecentEvents(db, now, redact),
    stats,
    stocks,
    recordings: new Recordings(db, redact),
    rollUp,
    tails,
    warnings: new IngestionWarnings(db, ledger),
    webhooks,
  };
}
