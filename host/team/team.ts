import { RequestRate } from "../capabilities/request-rate.ts";
import type { TaskName } from "../../wit/plugin-functions.ts";
import type { Outcome } from "../../runtime/outcome.ts";
import type { Env } from "../env.ts";
import { markOfSwitches, switchesOver } from "../store/kill-switches.ts";
import { lastRollUp, putRollUp } from "../store/roll-ups.ts";
import { openRegistry } from "../store/registry.ts";
import type { JsonObject } from "../event.ts";
import { operatorLimits } from "../operator-limits.ts";
import { DRAIN_FUEL } from "./work/budget.ts";
import { Buffers } from "./follow-ups/buffers.ts";
import { CallKeys } from "./plugins/call-key.ts";
import { openDatabase } from "./database.ts";
import type { TeamDatabase } from "./database.ts";
import { Delivery } from "./events/delivery.ts";
import { dryRun, type DryRunReport, type DryRunRequest } from "./dry-run/dry-run.ts";
import { type Pair, preview, type PreviewReport, type PreviewRequest } from "./dry-run/preview.ts";
import { Drain } from "./events/drain.ts";
import { exportRows, type RowsPage } from "./export-rows.ts";
import type { TeamAddress } from "./facts.ts";
import { FollowUpEnd } from "./follow-ups/follow-up-end.ts";
import { FollowUpPlanner } from "./follow-ups/follow-up-planner.ts";
import { FollowUpRunner } from "./follow-ups/follow-up-runner.ts";
import { EventPages } from "./historical-exports/event-pages.ts";
import { ExportCourse } from "./historical-exports/export-course.ts";
import { ExportDesk } from "./historical-exports/export-desk.ts";
import { ExportStep } from "./historical-exports/export-step.ts";
import { HistoricalExportRunner } from "./historical-exports/historical-export-runner.ts";
import { files, geoDatabase, image, pool, snapshots } from "./image.ts";
import type { CallStats } from "./insight/call-stats.ts";
import type { EgressStats } from "./insight/egress-stats.ts";
import type { ErrorGroups } from "./insight/error-groups.ts";
import { Intake } from "./events/intake.ts";
import type { Requests } from "./plugins/invocation.ts";
import { JobDesk } from "./jobs/job-desk.ts";
import { JobEnd } from "./jobs/job-end.ts";
import { JobKeeper } from "./jobs/job-keeper.ts";
import { JobRunner } from "./jobs/job-runner.ts";
import type { Balance } from "./insight/ledger.ts";
import { type DeadLetter, Listings, type Page, type PageQuery } from "./insight/listings.ts";
import { LogRetention } from "./insight/log-retention.ts";
import type { LogTails } from "./insight/log-tails.ts";
import { type Candidate, fileIdPrefix, givenIdPrefix, loadPlugin, loadTeam } from "./load-team.ts";
import { MetricReports } from "./insight/metric-reports.ts";
import { attribute } from "./insight/outcomes.ts";
import { killWatch } from "./plugins/kill-watch.ts";
import { Lock } from "./plugins/lock.ts";
import type { PluginConfig } from "./plugins/plugin-config.ts";
import type { RecentEvents } from "./insight/recent-events.ts";
import type { RollUp } from "./insight/roll-up.ts";
import { RequestWriter } from "./request-writer.ts";
import { ResultWriter } from "./events/result-writer.ts";
import type { Plugin } from "./plugins/plugin.ts";
import { type BegunTask, Schedule, type TaskState } from "./tasks/schedule.ts";
import { accessShared, cacheEnd } from "./shared-access.ts";
import { SharedTables } from "./shared-state.ts";
import { EntryQuota } from "./quotas/entry-quota.ts";
import { nextDay } from "./quotas/quotas.ts";
import type { Report, Usage } from "./quotas/usage.ts";
import { openTables } from "./tables.ts";
import type { Tables } from "./tables.ts";
import { appendTo, shardOf, teamStub } from "./team-client.ts";
import type { TaskRuns } from "./tasks/task-runs.ts";
import { TaskRunner } from "./tasks/task-runner.ts";
import { countAll } from "./quotas/stocks.ts";
import { TeamPlugins, type TeamSetup } from "./plugins/team-plugins.ts";
import type { TeamStatus } from "./team-status.ts";
import { WebhookLane } from "./follow-ups/webhook-lane.ts";
import { Work } from "./work/work.ts";

/** Opens the parts of a team object: its tables, its plugins, and the work that moves events between them. */
export async function openTeam(ctx: DurableObjectState, env: Env): Promise<Team> {
  return new Team(await openDatabase(ctx.storage), ctx, env);
}

/** One shard of a team, put together. */
export class Team {
  readonly errors: ErrorGroups;
  readonly egress: EgressStats;
  readonly exports: ExportDesk;
  readonly intake: Intake;
  readonly jobs: JobDesk;
  readonly listings: Listings;
  readonly recent: RecentEvents;
  readonly rollUp: RollUp;
  readonly shared: SharedTables;
  readonly stats: CallStats;
  readonly tails: LogTails;
  readonly taskRuns: TaskRuns;
  readonly work: Work;
  readonly #delivery: Delivery;
  readonly #env: Env;
  readonly #followUps: FollowUpRunner;
  readonly #plugins: TeamPlugins;
  readonly #previews = new Lock();
  readonly #rate = new RequestRate();
  readonly #jobKeeper: JobKeeper;
  readonly #requests: RequestWriter;
  readonly #schedule: Schedule;
  readonly #tables: Tables;
  readonly #now = (): number => Date.now();
  #address: TeamAddress | undefined;

  constructor(db: TeamDatabase, ctx: DurableObjectState, env: Env) {
    const now = this.#now;
    const random = Math.random;
    const id = ctx.id.toString();
    const redact = (text: string): string => this.#plugins.redact(text);
    const registry = openRegistry(env);
    const tables = openTables(db, env.BLOBS, {
      id,
      now,
      redact,
      last: () => lastRollUp(registry, this.#whoAmI().teamId, this.#whoAmI().shard),
      put: (counters, at) => putRollUp(registry, { ...this.#whoAmI(), counters, at }),
      address: () => this.#whoAmI(),
      report: (report) => this.#reportUsage(report),
    });
    this.#tables = tables;
    this.#env = env;
    this.#address = tables.facts.get("address");
    this.intake = new Intake({
      ...tables,
      now,
      shardOf: (distinctId) => this.#shardOf(distinctId),
      forward: (shard, events) => appendTo(env, { ...this.#whoAmI(), shard }, events, []),
    });
    this.listings = new Listings(db, tables.bodies, redact);
    this.recent = tables.recent;
    this.rollUp = tables.rollUp;
    this.errors = tables.errors;
    this.egress = tables.egress;
    this.stats = tables.stats;
    this.tails = tables.tails;
    this.taskRuns = tables.taskRuns;
    const { meter, stocks } = tables;
    this.shared = new SharedTables(db, now, {
      storage: new EntryQuota("storage", stocks.storage, meter),
      cache: new EntryQuota("cache", stocks.cache, meter),
    });
    const requests = new RequestWriter({ ...tables, buffers: new Buffers(tables), intake: this.intake, now });
    this.#requests = requests;
    this.#schedule = new Schedule({ ...tables, now });
    this.#plugins = this.#makePlugins(id);
    const all = { ...tables, plugins: this.#plugins, requests, redact, now, random };
    this.#delivery = new Delivery({
      ...all,
      destination: () => this.#plugins.destination(),
      fetch: (url, init) => fetch(url, init),
    });
    this.#followUps = new FollowUpRunner({ ...all, end: new FollowUpEnd(all) });
    this.jobs = new JobDesk(all);
    this.exports = new ExportDesk(all);
    this.#jobKeeper = new JobKeeper(tables);
    const results = new ResultWriter({ ...all, planner: new FollowUpPlanner(tables) });
    const way = { rate: this.#rate, traffic: tables.egress, meter, loopback: mayReachLoopback(env) };
    const course = new ExportCourse(all);
    const pages = new EventPages({ ...way, now, account: () => this.#plugins.account });
    this.work = new Work({
      ...all,
      gathered: [
        tables.stats,
        tables.egress,
        new LogRetention(db, now, () => this.#plugins.logRetentionDays),
        tables.rollUp,
      ],
      drainFuel: operatorLimits(env).drainFuel ?? DRAIN_FUEL,
      drain: new Drain({ ...all, results }),
      reports: new MetricReports({ ...all, intake: this.intake }),
      sidelines: [
        this.#delivery,
        this.#followUps.lanes,
        new JobRunner({ ...all, keeper: this.#jobKeeper, end: new JobEnd(all) }).lanes,
        new TaskRunner({ ...all, schedule: this.#schedule }).lanes,
        new WebhookLane({ ...all, ...way }),
        new HistoricalExportRunner({ ...all, course, step: new ExportStep({ ...all, course, pages }) }).lanes,
      ],
    });
  }

  /** Remembers which team and shard this is. */
  identify(address: TeamAddress): void {
    if (this.#address) return;
    this.#tables.facts.set("address", address);
    this.#address = address;
  }

  /** Takes the team's settings and plugins from the registry anew, for all that follows. */
  async reconfigure(): Promise<void> {
    await this.#plugins.reload();
    this.#jobKeeper.settle(this.#plugins.configs);
    this.#tables.historicalExports.settle(this.#plugins.configs);
    this.#delivery.retryNow();
    const { inbox, meter } = this.#tables;
    await meter.tell();
    // There may be more fuel now than when they were put off until tomorrow.
    if (meter.opensAt("fuel_per_day") === 0) inbox.hurry(nextDay(this.#now()), this.#now());
  }

  /** Takes one beat of the Cron Trigger: tasks that are due now will run. @returns when the next is due, null for never */
  async tick(scheduledTime: number): Promise<number | null> {
    return this.#plugins.use(async (plugins) => {
      this.#schedule.take(scheduledTime, configsOf(plugins));
      return this.#schedule.nextDue();
    });
  }

  /** The scheduled tasks of enabled configs, and when each is due. */
  async tasks(): Promise<TaskState[]> {
    return this.#plugins.use(async (plugins) => this.#schedule.list(configsOf(plugins)));
  }

  /** Begins a run of a task, unless one is under way. @returns undefined when there is no such task */
  async runTask(pluginConfigId: number, task: TaskName): Promise<BegunTask | undefined> {
    return this.#plugins.use(async (plugins) => this.#schedule.runNow(pluginConfigId, task, configsOf(plugins)));
  }

  /** Ends all work, and every sandbox. Nothing is begun again. */
  async close(): Promise<void> {
    this.tails.close();
    await this.work.stop();
    await this.rollUp.telling;
    await this.#plugins.close();
    files.forget(fileIdPrefix(this.#whoAmI().teamId));
  }

  /** Tears down a sandbox of this object that another one evicted. */
  retireSandbox(pluginConfigId: number): Promise<void> {
    return this.#plugins.retire(pluginConfigId);
  }

  /** Sets a plugin up again, however often that has failed. @returns the failure, or null when it is set up */
  retrySetup(pluginConfigId: number): Promise<Outcome | null> {
    return this.#tables.meter.during(() => this.#plugins.retrySetup(pluginConfigId));
  }

  /** Runs a plugin as a config would have it, and keeps nothing of it. */
  async dryRun(candidate: Candidate, request: DryRunRequest): Promise<DryRunReport> {
    const switches = await switchesOver(openRegistry(this.#env), candidate.teamId);
    const config = await loadPlugin(this.#env, candidate, switches);
    await this.#plugins.destination();
    const run = () => dryRun(config, request, { ...this.#surroundings, real: this.shared });
    try {
      return await this.#tables.meter.during(run);
    } finally {
      files.forget(givenIdPrefix(candidate.teamId));
    }
  }

  /** Runs events through two versions of a plugin, and keeps nothing of it. One preview at a time: they take long. */
  async preview(candidates: Pair<Candidate>, request: PreviewRequest): Promise<PreviewReport> {
    const switches = await switchesOver(openRegistry(this.#env), candidates.from.teamId);
    const [from, to] = await Promise.all([
      loadPlugin(this.#env, candidates.from, switches),
      loadPlugin(this.#env, candidates.to, switches),
    ]);
    await this.#plugins.destination();
    const run = () => preview({ from, to }, request, { ...this.#surroundings, real: this.shared });
    return this.#previews.run(() => this.#tables.meter.during(run));
  }

  /** A recorded failure as a case; null where it was not recorded, or is no more. Undefined when there is no such outcome. */
  caseOf(outcomeId: number): JsonObject | null | undefined {
    const outcome = this.listings.outcome(outcomeId);
    if (!outcome) return undefined;
    return outcome.recording === undefined ? null : (this.#tables.recordings.get(outcome.recording) ?? null);
  }

  /** What came in, and what has become of it. */
  balance(): Balance {
    return this.#tables.ledger.balance();
  }

  async deadLetters(query: PageQuery): Promise<Page<DeadLetter>> {
    // What is secret is known once the settings are.
    await this.#plugins.destination();
    return this.listings.deadLetters(query);
  }

  /** A page of a table, for whoever takes the team's data away. */
  async exportRows(table: string, after: number): Promise<RowsPage> {
    // What is secret is known once the settings are.
    await this.#plugins.destination();
    return exportRows({ ...this.#tables, redact: (text) => this.#plugins.redact(text) }, table, after);
  }

  /** Counts what the team holds, and tells what it has used. @returns what all shards have come to, as far as this one knows */
  async usage(): Promise<Usage> {
    countAll(this.#tables.stocks);
    return this.#tables.meter.tell();
  }

  /** Takes what a shard has used and holds; in shard 0. */
  takeUsage(shard: number, report: Report): Usage {
    const { account, meter } = this.#tables;
    const usage = account.take(shard, report);
    meter.learn(usage);
    return usage;
  }

  /** How much waits, and for what. */
  status(): TeamStatus {
    const { inbox, outbox, followUps, webhooks } = this.#tables;
    return {
      inbox: inbox.count(),
      outbox: outbox.count(),
      followUps: followUps.count(),
      webhooks: webhooks.count(),
      delivery: this.#delivery.pause,
      tails: this.tails.size,
    };
  }

  /** What every plugin of the team stands on. */
  get #surroundings() {
    const env = this.#env;
    const now = this.#now;
    return {
      files,
      image,
      pool,
      now,
      keys: new CallKeys(this.#tables.facts),
      rate: this.#rate,
      traffic: this.#tables.egress,
      meter: this.#tables.meter,
      account: () => this.#plugins.account,
      loopback: mayReachLoopback(env),
      locate: (ip: string) => geoDatabase.locate(env.BLOBS, ip, now()),
    };
  }

  #makePlugins(id: string): TeamPlugins {
    const env = this.#env;
    const { failedSetups, jobs, log, metrics, recordings } = this.#tables;
    const shared = accessShared(env, this.shared, () => this.#whoAmI());
    return new TeamPlugins(() => this.#load(), {
      ...this.#surroundings,
      snapshots,
      failedSetups,
      askOwnerToRetire: (pluginConfigId) => teamStub(env, this.#whoAmI()).retireSandbox(this.#whoAmI(), pluginConfigId),
      log,
      // Sandboxes of an earlier life of this object may still be in the isolate, and they answer to that one.
      poolPrefix: `${id}/${crypto.randomUUID()}`,
      shared,
      cache: cacheEnd(env, shared),
      jobs,
      metrics,
      recordings,
      onLifecycle: (plugin, outcome, requests) => this.#noteLifecycle(plugin, outcome, requests),
      switches: () => switchesOver(openRegistry(env), this.#whoAmI().teamId),
      markOfSwitches: () => killWatch.mark(() => markOfSwitches(openRegistry(env)), this.#now()),
      onLeaving: (plugin, isReplaced) => this.#followUps.flush(plugin, isReplaced),
    });
  }

  /** Writes what a setup or teardown came to; with it no other result has to agree. */
  async #noteLifecycle(plugin: PluginConfig, outcome: Outcome, requests: Requests): Promise<void> {
    const { db, outcomes } = this.#tables;
    const asked = await this.#requests.prepare(requests);
    try {
      db.transaction(() => {
        this.#requests.write(asked);
        outcomes.record(attribute(plugin, outcome), null, this.#now());
      });
    } catch (error) {
      await this.#requests.discard(asked);
      throw error;
    }
  }

  async #load(): Promise<TeamSetup> {
    const setup = await loadTeam(this.#env, this.#whoAmI().teamId);
    this.#tables.decided.decide(setup.quotas);
    return setup;
  }

  /** One account for all shards, in shard 0. */
  async #reportUsage(report: Report): Promise<Usage> {
    const { teamId, shard } = this.#whoAmI();
    if (shard === 0) return this.takeUsage(shard, report);
    const first = { teamId, shard: 0 };
    return teamStub(this.#env, first).takeUsage(first, shard, report);
  }

  #whoAmI(): TeamAddress {
    if (!this.#address) throw new Error("the team object has not been told which team it serves");
    return this.#address;
  }

  #shardOf(distinctId: string): { shard: number; isOwn: boolean } {
    const shard = shardOf(distinctId, this.#plugins.shards);
    return { shard, isOwn: shard === this.#whoAmI().shard };
  }
}

const configsOf = (plugins: readonly Plugin[]): PluginConfig[] => plugins.map(({ config }) => config);

const mayReachLoopback = (env: Env): boolean => env.ALLOW_LOOPBACK === "true";
