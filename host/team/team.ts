import type { Outcome } from "../../runtime/outcome.ts";
import type { Env } from "../env.ts";
import type { JsonObject } from "../event.ts";
import { lastRollUp, putRollUp } from "../store/roll-ups.ts";
import { openRegistry } from "../store/registry.ts";
import { openDatabase, type TeamDatabase } from "./database.ts";
import { TrialDesk } from "./dry-run/trial-desk.ts";
import { Delivery } from "./events/delivery.ts";
import { Intake } from "./events/intake.ts";
import { exportRows, type RowsPage } from "./export-rows.ts";
import { Buffers } from "./follow-ups/buffers.ts";
import { FollowUpEnd } from "./follow-ups/follow-up-end.ts";
import { FollowUpRunner } from "./follow-ups/follow-up-runner.ts";
import { ExportDesk } from "./historical-exports/export-desk.ts";
import { Identity } from "./identity.ts";
import { files } from "./image.ts";
import { type DeadLetter, Listings, type Page, type PageQuery } from "./insight/listings.ts";
import { JobDesk } from "./jobs/job-desk.ts";
import { JobKeeper } from "./jobs/job-keeper.ts";
import { fileIdPrefix } from "./load-team.ts";
import { openPlugins } from "./open-plugins.ts";
import { openWork } from "./open-work.ts";
import type { TeamPlugins } from "./plugins/team-plugins.ts";
import { EntryQuota } from "./quotas/entry-quota.ts";
import { nextDay } from "./quotas/quotas.ts";
import { UsageDesk } from "./quotas/usage-desk.ts";
import { RequestWriter } from "./request-writer.ts";
import { SharedTables } from "./shared-state.ts";
import { surroundingsOf } from "./surroundings.ts";
import { openTables, type Tables } from "./tables.ts";
import { Schedule } from "./tasks/schedule.ts";
import { Beats } from "./tasks/beats.ts";
import { TaskDesk } from "./tasks/task-desk.ts";
import { appendTo, objectsOf, shardOf, teamStub } from "./team-client.ts";
import type { TeamStatus } from "./team-status.ts";
import type { Work } from "./work/work.ts";

/** Opens the parts of a team object: its tables, its plugins, and the work that moves events between them. */
export async function openTeam(ctx: DurableObjectState, env: Env, onNews: () => Promise<void>): Promise<Team> {
  return new Team(await openDatabase(ctx.storage), ctx, env, onNews);
}

/** One shard of a team, put together. */
export class Team {
  readonly beats: Beats;
  readonly exports: ExportDesk;
  readonly identity: Identity;
  readonly intake: Intake;
  readonly jobs: JobDesk;
  readonly listings: Listings;
  readonly shared: SharedTables;
  readonly tables: Tables;
  readonly tasks: TaskDesk;
  readonly trials: TrialDesk;
  readonly usage: UsageDesk;
  readonly work: Work;
  readonly #delivery: Delivery;
  readonly #now = (): number => Date.now();
  readonly #plugins: TeamPlugins;

  /** @param onNews has the object see to what is new in its tables */
  constructor(db: TeamDatabase, ctx: DurableObjectState, env: Env, onNews: () => Promise<void>) {
    const now = this.#now;
    const id = ctx.id.toString();
    const redact = (text: string): string => this.#plugins.redact(text);
    const registry = openRegistry(env);
    const tables = openTables(db, env.BLOBS, {
      id,
      now,
      redact,
      last: () => lastRollUp(registry, this.identity.address.teamId, this.identity.address.shard),
      put: (counters, at) => putRollUp(registry, { ...this.identity.address, counters, at }),
      address: () => this.identity.address,
      report: (report) => this.usage.report(report),
    });
    const identity = new Identity(tables.facts);
    this.tables = tables;
    this.identity = identity;
    this.usage = new UsageDesk(env, { ...tables, identity });
    this.intake = new Intake({
      ...tables,
      now,
      shardOf: (distinctId) => this.#shardOf(distinctId),
      forward: (shard, events) => appendTo(env, { ...identity.address, shard }, events, []),
    });
    this.listings = new Listings(db, tables.bodies, redact);
    this.shared = new SharedTables(db, now, {
      storage: new EntryQuota("storage", tables.stocks.storage, tables.meter),
      cache: new EntryQuota("cache", tables.stocks.cache, tables.meter),
    });
    const surroundings = surroundingsOf(env, tables, { account: () => this.#plugins.account, now });
    const requests = new RequestWriter({ ...tables, buffers: new Buffers(tables), intake: this.intake, now });
    const jobKeeper = new JobKeeper(tables);
    const schedule = new Schedule({ ...tables, now });
    const plugins = openPlugins(env, {
      id,
      identity,
      requests,
      shared: this.shared,
      surroundings,
      tables,
      onLeaving: (plugin, isReplaced) => followUpRunner.flush(plugin, isReplaced),
      onLoaded: (configs) => {
        jobKeeper.settle(configs);
        tables.historicalExports.settle(configs);
        schedule.settle(configs);
      },
      onNews,
    });
    this.#plugins = plugins;
    const all = { ...tables, ...surroundings, intake: this.intake, plugins, requests, redact, random: Math.random };
    const followUpRunner = new FollowUpRunner({ ...all, end: new FollowUpEnd(all) });
    this.#delivery = new Delivery({
      ...all,
      destination: () => plugins.destination(),
      fetch: (url, init) => fetch(url, init),
    });
    this.exports = new ExportDesk(all);
    this.jobs = new JobDesk(all);
    this.tasks = new TaskDesk({ ...all, schedule });
    this.beats = new Beats({
      ...tables,
      tasks: this.tasks,
      reconfigure: () => this.reconfigure(),
      reconfigureOthers: () => this.#reconfigureOthers(env),
    });
    this.trials = new TrialDesk(env, { ...all, real: this.shared });
    this.work = openWork(env, { ...all, schedule, followUpRunner, delivery: this.#delivery, keeper: jobKeeper });
  }

  /** Takes the team's settings and plugins from the registry anew, for all that follows. */
  async reconfigure(): Promise<void> {
    await this.#plugins.reload();
    const { inbox, meter } = this.tables;
    this.#delivery.retryNow();
    await meter.tell();
    // There may be more fuel now than when they were put off until tomorrow.
    if (meter.opensAt("fuel_per_day") === 0) inbox.hurry(nextDay(this.#now()), this.#now());
  }

  async #reconfigureOthers(env: Env): Promise<void> {
    const { teamId: id } = this.identity.address;
    const others = objectsOf({ id, mostShards: this.#plugins.mostShards }).filter(({ shard }) => shard !== 0);
    await Promise.all(others.map((address) => teamStub(env, address).reconfigure(address)));
  }

  /** Ends all work, and every sandbox. Nothing is begun again. */
  async close(): Promise<void> {
    const { rollUp, tails } = this.tables;
    tails.close();
    await this.work.stop();
    await rollUp.telling;
    await this.#plugins.close();
    files.forget(fileIdPrefix(this.identity.address.teamId));
  }

  /** Tears down a sandbox of this object that another one evicted. */
  retireSandbox(pluginConfigId: number): Promise<void> {
    return this.#plugins.retire(pluginConfigId);
  }

  /** Sets a plugin up again, however often that has failed. @returns the failure, or null when it is set up */
  retrySetup(pluginConfigId: number): Promise<Outcome | null> {
    return this.tables.meter.during(() => this.#plugins.retrySetup(pluginConfigId));
  }

  /** A recorded failure as a case; null where it was not recorded, or is no more. Undefined when there is no such outcome. */
  caseOf(outcomeId: number): JsonObject | null | undefined {
    const outcome = this.listings.outcome(outcomeId);
    if (!outcome) return undefined;
    return outcome.recording === undefined ? null : (this.tables.recordings.get(outcome.recording) ?? null);
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
    return exportRows({ ...this.tables, redact: (text) => this.#plugins.redact(text) }, table, after);
  }

  /** How much waits, and for what. */
  status(): TeamStatus {
    const { inbox, outbox, followUps, webhooks, tails } = this.tables;
    return {
      inbox: inbox.count(),
      outbox: outbox.count(),
      followUps: followUps.count(),
      webhooks: webhooks.count(),
      delivery: this.#delivery.pause,
      tails: tails.size,
    };
  }

  #shardOf(distinctId: string): { shard: number; isOwn: boolean } {
    const shard = shardOf(distinctId, this.#plugins.shards);
    return { shard, isOwn: shard === this.identity.address.shard };
  }
}
