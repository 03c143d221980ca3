import type { Env } from "../env.ts";
import { operatorLimits } from "../operator-limits.ts";
import { acceptedEvent } from "./accepted-event.ts";
import { Bodies } from "./bodies.ts";
import { DRAIN_FUEL } from "./budget.ts";
import { CallKeys } from "./call-key.ts";
import { openDatabase } from "./database.ts";
import type { TeamDatabase } from "./database.ts";
import { Delivery } from "./delivery.ts";
import { Drain } from "./drain.ts";
import { Facts } from "./facts.ts";
import type { TeamAddress } from "./facts.ts";
import { files, geoDatabase, image, pool, snapshots } from "./image.ts";
import { Inbox } from "./inbox.ts";
import { IngestionWarnings } from "./ingestion-warnings.ts";
import { Intake } from "./intake.ts";
import type { Requests } from "./invocation.ts";
import { JobRunner } from "./job-runner.ts";
import { Jobs } from "./jobs.ts";
import { Listings } from "./listings.ts";
import { loadTeam } from "./load-team.ts";
import { TeamLog } from "./log.ts";
import { MetricReports } from "./metric-reports.ts";
import { Metrics } from "./metrics.ts";
import { Outbox } from "./outbox.ts";
import { attribute, Outcomes } from "./outcomes.ts";
import { RecentEvents } from "./recent-events.ts";
import { ResultWriter } from "./result-writer.ts";
import { Schedule } from "./schedule.ts";
import { accessShared, cacheEnd } from "./shared-access.ts";
import { SharedTables } from "./shared-state.ts";
import { appendTo, shardOf, teamStub } from "./team-client.ts";
import type { TeamStatus } from "./team-status.ts";
import { TeamPlugins } from "./team-plugins.ts";
import { Work } from "./work.ts";

/** Opens the parts of a team object: its tables, its plugins, and the work that moves events between them. */
export async function openTeam(ctx: DurableObjectState, env: Env): Promise<Team> {
  return new Team(await openDatabase(ctx.storage), ctx, env);
}

/** One shard of a team, put together. */
export class Team {
  readonly intake: Intake;
  readonly listings: Listings;
  readonly recent: RecentEvents;
  readonly tables: SharedTables;
  readonly work: Work;
  readonly #db: TeamDatabase;
  readonly #delivery: Delivery;
  readonly #facts: Facts;
  readonly #inbox: Inbox;
  readonly #jobs: Jobs;
  readonly #outbox: Outbox;
  readonly #plugins: TeamPlugins;
  readonly #schedule: Schedule;
  readonly #now = (): number => Date.now();
  #address: TeamAddress | undefined;

  constructor(db: TeamDatabase, ctx: DurableObjectState, env: Env) {
    const now = this.#now;
    const random = Math.random;
    const id = ctx.id.toString();
    const bodies = new Bodies(env.BLOBS, `teams/${id}`);
    const facts = new Facts(db);
    const inbox = new Inbox(db);
    const jobs = new Jobs(db);
    const log = new TeamLog(db, now);
    const metrics = new Metrics(db, facts, now);
    const outbox = new Outbox(db);
    const outcomes = new Outcomes(db);
    this.#db = db;
    this.#facts = facts;
    this.#inbox = inbox;
    this.#jobs = jobs;
    this.#outbox = outbox;
    this.#schedule = new Schedule({ facts, jobs, now });
    this.#address = facts.get("address");
    this.intake = new Intake({
      db,
      inbox,
      bodies,
      now,
      warnings: new IngestionWarnings(db),
      shardOf: (distinctId) => this.#shardOf(distinctId),
      forward: (shard, events) => appendTo(env, { ...this.#whoAmI(), shard }, events, []),
    });
    this.listings = new Listings(db, bodies);
    this.recent = new RecentEvents(db, now);
    this.tables = new SharedTables(db, now);
    const shared = accessShared(env, this.tables, () => this.#whoAmI());
    const plugins = new TeamPlugins(() => loadTeam(env, this.#whoAmI().teamId), {
      files,
      image,
      pool,
      snapshots,
      askOwnerToRetire: (pluginConfigId) => teamStub(env, this.#whoAmI()).retireSandbox(this.#whoAmI(), pluginConfigId),
      log,
      keys: new CallKeys(facts),
      // Sandboxes of an earlier life of this object may still be in the isolate, and they answer to that one.
      poolPrefix: `${id}/${crypto.randomUUID()}`,
      shared,
      cache: cacheEnd(env, shared),
      metrics,
      locate: (ip) => geoDatabase.locate(env.BLOBS, ip, now()),
      now,
      onLifecycle: async (plugin, outcome, requests) => {
        await this.#grant(requests);
        outcomes.record(attribute(plugin, outcome), null, now());
      },
    });
    this.#plugins = plugins;
    this.#delivery = new Delivery({
      outbox,
      bodies,
      facts,
      destination: () => plugins.destination(),
      fetch: (url, init) => fetch(url, init),
      now,
      random,
    });
    const { intake, recent } = this;
    const results = new ResultWriter({ db, inbox, intake, outbox, bodies, jobs, outcomes, recent, now, random });
    this.work = new Work({
      now,
      facts,
      drainFuel: operatorLimits(env).drainFuel ?? DRAIN_FUEL,
      delivery: this.#delivery,
      drain: new Drain({ db, inbox, outbox, bodies, plugins, results, now, random }),
      reports: new MetricReports({ db, inbox, intake, metrics, plugins, now }),
      jobs: new JobRunner({ db, inbox, intake, jobs, outcomes, log, plugins, now, random }),
    });
  }

  /** Remembers which team and shard this is. */
  identify(address: TeamAddress): void {
    if (this.#address) return;
    this.#facts.set("address", address);
    this.#address = address;
  }

  /** Takes the team's settings and plugins from the registry anew, for all that follows. */
  async reconfigure(): Promise<void> {
    await this.#plugins.reload();
    this.#delivery.retryNow();
  }

  /** Takes one beat of the Cron Trigger: tasks that are due now will run. */
  async tick(scheduledTime: number): Promise<void> {
    await this.#plugins.use(async (plugins) => {
      this.#schedule.take(
        scheduledTime,
        plugins.map(({ config }) => config),
      );
    });
  }

  /** Tears down a sandbox of this object that another one evicted. */
  retireSandbox(pluginConfigId: number): Promise<void> {
    return this.#plugins.retire(pluginConfigId);
  }

  /** How much waits, and for what. */
  status(): TeamStatus {
    return { inbox: this.#inbox.count(), outbox: this.#outbox.count(), delivery: this.#delivery.pause };
  }

  #whoAmI(): TeamAddress {
    if (!this.#address) throw new Error("the team object has not been told which team it serves");
    return this.#address;
  }

  #shardOf(distinctId: string): { shard: number; isOwn: boolean } {
    const shard = shardOf(distinctId, this.#plugins.shards);
    return { shard, isOwn: shard === this.#whoAmI().shard };
  }

  /** Writes what a setup or teardown asked for; with it no other result has to agree. */
  async #grant({ captured, jobs }: Requests): Promise<void> {
    const rows = await this.intake.prepare(captured.map((message) => acceptedEvent(message)));
    this.#db.transaction(() => {
      this.#inbox.append(rows, this.#now());
      for (const job of jobs) this.#jobs.add(job);
    });
  }
}
