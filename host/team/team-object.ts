import { DurableObject } from "cloudflare:workers";

import type { TaskName } from "../../wit/plugin-functions.ts";
import type { Outcome } from "../../runtime/outcome.ts";
import type { RedisCommand, RedisReply } from "../capabilities/redis/commands.ts";
import type { Rejection } from "../capture/rejection.ts";
import { describeError } from "../describe-error.ts";
import type { Env } from "../env.ts";
import type { JsonObject } from "../event.ts";
import type { AcceptedEvent } from "./events/accepted-event.ts";
import type { DryRunReport, DryRunRequest } from "./dry-run/dry-run.ts";
import type { Pair, PreviewReport, PreviewRequest } from "./dry-run/preview.ts";
import type { RowsPage } from "./export-rows.ts";
import type { TeamAddress } from "./facts.ts";
import type { CallStat, StatQuery } from "./insight/call-stats.ts";
import type { EgressQuery, EgressStat } from "./insight/egress-stats.ts";
import type { ErrorGroup, SampledErrorGroup } from "./insight/error-groups.ts";
import type { Candidate } from "./load-team.ts";
import type { Balance } from "./insight/ledger.ts";
import type { DeadLetter, OutcomeFilter, Page, PageQuery, RecordedOutcome } from "./insight/listings.ts";
import type { LogFilter } from "./insight/log-filter.ts";
import type { LogTail } from "./insight/log-tails.ts";
import type { HistoricalExport } from "./historical-exports/historical-exports.ts";
import type { PendingJob, StartedJob } from "./jobs/job-desk.ts";
import { eraseStorage, isErased, TeamErasedError } from "./erased.ts";
import type { RecentEvent, RecentMessage } from "./insight/recent-events.ts";
import type { QuotaSpent } from "./quotas/quota-spent.ts";
import type { Report, Usage } from "./quotas/usage.ts";
import type { SharedState } from "./shared-state.ts";
import type { BegunTask, TaskState } from "./tasks/schedule.ts";
import type { TaskRun, TaskRunFilter } from "./tasks/task-runs.ts";
import { openTeam } from "./team.ts";
import { Doorbell } from "./work/doorbell.ts";
import type { Team } from "./team.ts";
import type { TeamStatus } from "./team-status.ts";

/**
 * One shard of a team: its inbox, pipeline and outbox, and in shard 0 the state that its plugins share. The alarm
 * is the doorbell: it never throws, and it is set whenever there is something left to do.
 */
export class TeamObject extends DurableObject<Env> implements SharedState {
  /** Undefined once the team was erased. */
  #team: Team | undefined;
  /** Set when erasing begins: nobody is let in any more, and no alarm set. */
  #isClosed = false;
  readonly #bell: Doorbell;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#bell = new Doorbell(ctx.storage);
    void ctx.blockConcurrencyWhile(async () => {
      this.#isClosed = await isErased(ctx.storage);
      if (this.#isClosed) return;
      this.#team = await openTeam(ctx, env, () => this.#armUnlessClosed());
      await this.#arm();
    });
  }

  /** Stores accepted events and what was wrong with the others. They are safe when this resolves. */
  async append(address: TeamAddress, events: AcceptedEvent[], rejections: Rejection[]): Promise<void> {
    await this.#at(address).intake.append(events, rejections);
    await this.#arm();
  }

  /** Takes the team's settings and plugins from the registry anew. Old sandboxes are torn down before new ones serve. */
  async reconfigure(address: TeamAddress): Promise<void> {
    if (this.#isClosed) return;
    await this.#at(address).reconfigure();
    await this.#arm();
  }

  /**
   * One beat of the Cron Trigger, at the time it was scheduled for.
   * @param since the time in the registry that brought it here: milliseconds since the epoch
   * @returns when the next task is due, null for never
   */
  async tick(address: TeamAddress, scheduledTime: number, since: number): Promise<number | null> {
    if (this.#isClosed) return null;
    try {
      return await this.#at(address).beats.take(scheduledTime, since);
    } finally {
      // Runs may have begun, however it ended.
      await this.#armUnlessClosed();
    }
  }

  /** Tears down a sandbox of this object, which another object of the isolate has evicted. */
  async retireSandbox(address: TeamAddress, pluginConfigId: number): Promise<void> {
    await this.#at(address).retireSandbox(pluginConfigId);
  }

  /** Sets a plugin up again, however often that has failed. @returns the failure, or null when it is set up */
  async retrySetup(address: TeamAddress, pluginConfigId: number): Promise<Outcome | null> {
    const failure = await this.#at(address).retrySetup(pluginConfigId);
    await this.#arm();
    return failure;
  }

  /** Runs a plugin as a config would have it, beside the events; nothing of it is kept. */
  dryRun(address: TeamAddress, candidate: Candidate, request: DryRunRequest): Promise<DryRunReport> {
    return this.#at(address).trials.dryRun(candidate, request);
  }

  /** Runs events through two versions of a plugin, beside the events; nothing of it is kept. */
  preview(address: TeamAddress, candidates: Pair<Candidate>, request: PreviewRequest): Promise<PreviewReport> {
    return this.#at(address).trials.preview(candidates, request);
  }

  /**
   * Forgets everything, for good: whatever comes later is refused. Plugins are torn down first. Other shards of the team are to be erased
   * before shard 0, which their plugins may still ask.
   */
  async erase(address: TeamAddress): Promise<void> {
    const team = this.#team;
    if (team === undefined) return;
    team.identity.learn(address);
    this.#isClosed = true;
    await team.close();
    await eraseStorage(this.ctx.storage);
    this.#team = undefined;
  }

  override async alarm(): Promise<void> {
    if (this.#isClosed) return;
    this.#bell.takeAlarm();
    try {
      await this.#open.work.run();
      await this.#arm();
      const { telling } = this.#open.tables.rollUp;
      if (telling) this.ctx.waitUntil(this.#armAfter(telling));
    } catch (error) {
      if (this.#isClosed) return;
      console.error(`team object: ${describeError(error)}`);
      await this.#bell.set(Date.now() + HOST_FAILURE_PAUSE_MS);
    }
  }

  /** That the object is there, and its tables open. */
  ping(): boolean {
    return this.#open !== undefined;
  }

  status(address: TeamAddress): TeamStatus {
    return this.#at(address).status();
  }

  usage(address: TeamAddress): Promise<Usage> {
    return this.#at(address).usage.count();
  }

  takeUsage(address: TeamAddress, shard: number, report: Report): Usage {
    return this.#at(address).usage.take(shard, report);
  }

  balance(address: TeamAddress): Balance {
    return this.#at(address).tables.ledger.balance();
  }

  listEvents(address: TeamAddress, query: PageQuery) {
    return this.#at(address).listings.events(query);
  }

  listDeadLetters(address: TeamAddress, query: PageQuery): Promise<Page<DeadLetter>> {
    return this.#at(address).deadLetters(query);
  }

  listJobs(address: TeamAddress, pluginConfigId: number, query: PageQuery): Promise<Page<PendingJob>> {
    return this.#at(address).jobs.list(pluginConfigId, query);
  }

  async startJob(address: TeamAddress, pluginConfigId: number, name: string, payload: string): Promise<StartedJob> {
    const started = await this.#at(address).jobs.start(pluginConfigId, name, payload);
    await this.#arm();
    return started;
  }

  cancelJob(address: TeamAddress, pluginConfigId: number, id: number): boolean {
    return this.#at(address).jobs.cancel(pluginConfigId, id);
  }

  async runJobAgain(address: TeamAddress, pluginConfigId: number, letterId: number): Promise<StartedJob | null> {
    const started = await this.#at(address).jobs.runAgain(pluginConfigId, letterId);
    await this.#arm();
    return started;
  }

  async beginExport(
    address: TeamAddress,
    pluginConfigId: number,
    dateFrom: number | null,
    dateTo: number,
  ): Promise<string | null> {
    const refused = await this.#at(address).exports.begin(pluginConfigId, dateFrom, dateTo);
    await this.#arm();
    return refused;
  }

  findExport(address: TeamAddress, pluginConfigId: number): HistoricalExport | null {
    return this.#at(address).exports.find(pluginConfigId);
  }

  cancelExport(address: TeamAddress, pluginConfigId: number): boolean {
    return this.#at(address).exports.cancel(pluginConfigId);
  }

  listOutcomes(address: TeamAddress, query: PageQuery, filter: OutcomeFilter = {}): Page<RecordedOutcome> {
    return this.#at(address).listings.outcomes(query, filter);
  }

  /** Undefined when there is none of that number, or no more. */
  findOutcome(address: TeamAddress, outcomeId: number): RecordedOutcome | undefined {
    return this.#at(address).listings.outcome(outcomeId);
  }

  caseOf(address: TeamAddress, outcomeId: number): JsonObject | null | undefined {
    return this.#at(address).caseOf(outcomeId);
  }

  listIngestionWarnings(address: TeamAddress, query: PageQuery) {
    return this.#at(address).listings.ingestionWarnings(query);
  }

  listLogs(address: TeamAddress, query: PageQuery, filter: LogFilter = {}) {
    return this.#at(address).listings.logs(query, filter);
  }

  /** What is said from now on, or after a line. */
  tailLogs(address: TeamAddress, filter: LogFilter, after?: number): LogTail {
    return this.#at(address).tables.tails.open(filter, after);
  }

  listCallStats(address: TeamAddress, query: StatQuery): CallStat[] {
    return this.#at(address).tables.stats.list(query);
  }

  listEgress(address: TeamAddress, query: EgressQuery): EgressStat[] {
    return this.#at(address).tables.egress.list(query);
  }

  /** The scheduled tasks of enabled configs, and when each is due. */
  listTasks(address: TeamAddress): Promise<TaskState[]> {
    return this.#at(address).tasks.list();
  }

  listTaskRuns(address: TeamAddress, filter: TaskRunFilter, query: PageQuery): Page<TaskRun> {
    return this.#at(address).tasks.runs(filter, query);
  }

  /** A run of a config's, or undefined. */
  taskRun(address: TeamAddress, pluginConfigId: number, id: number): TaskRun | undefined {
    return this.#at(address).tasks.findRun(pluginConfigId, id);
  }

  /** Begins a run of a task. @returns the run that is under way when there is one, undefined when there is no such task */
  async runTask(address: TeamAddress, pluginConfigId: number, task: TaskName): Promise<BegunTask | undefined> {
    const begun = await this.#at(address).tasks.runNow(pluginConfigId, task);
    await this.#arm();
    return begun;
  }

  listErrors(address: TeamAddress, pluginConfigId?: number): ErrorGroup[] {
    return this.#at(address).tables.errors.list(pluginConfigId);
  }

  findError(address: TeamAddress, fingerprint: string): SampledErrorGroup | undefined {
    return this.#at(address).tables.errors.find(fingerprint);
  }

  resolveError(address: TeamAddress, fingerprint: string): boolean {
    return this.#at(address).tables.errors.resolve(fingerprint);
  }

  listRecentEvents(address: TeamAddress, limit: number): RecentEvent[] {
    return this.#at(address).tables.recent.list(limit);
  }

  listRecentMessages(address: TeamAddress, limit: number): RecentMessage[] {
    return this.#at(address).tables.recent.messages(limit);
  }

  exportRows(address: TeamAddress, table: string, after: number): Promise<RowsPage> {
    return this.#at(address).exportRows(table, after);
  }

  runCache(commands: RedisCommand[]): Promise<RedisReply[]> {
    return this.#open.shared.runCache(commands);
  }

  storageGet(configId: number, key: string): Promise<string | null> {
    return this.#open.shared.storageGet(configId, key);
  }

  storageSet(configId: number, key: string, json: string): Promise<QuotaSpent | null> {
    return this.#open.shared.storageSet(configId, key, json);
  }

  storageDelete(configId: number, key: string): Promise<void> {
    return this.#open.shared.storageDelete(configId, key);
  }

  cursorInit(configId: number, key: string, initial: number): Promise<QuotaSpent | null> {
    return this.#open.shared.cursorInit(configId, key, initial);
  }

  cursorIncrement(configId: number, key: string, by: number): Promise<number | QuotaSpent | null> {
    return this.#open.shared.cursorIncrement(configId, key, by);
  }

  get #open(): Team {
    if (this.#isClosed) throw new TeamErasedError();
    if (!this.#team) throw new Error("the team object has not been opened");
    return this.#team;
  }

  #at(address: TeamAddress): Team {
    this.#open.identity.learn(address);
    return this.#open;
  }

  async #arm(): Promise<void> {
    await this.#bell.ring(this.#open.work);
  }

  async #armUnlessClosed(): Promise<void> {
    if (!this.#isClosed) await this.#arm();
  }

  /** What could not be told is told again later. */
  async #armAfter(telling: Promise<void>): Promise<void> {
    await telling;
    await this.#armUnlessClosed();
  }
}

/** How long the object rests after a failure that its work could not deal with, such as one of its own database. */
const HOST_FAILURE_PAUSE_MS = 5_000;
