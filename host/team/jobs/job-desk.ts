import { and, eq } from "drizzle-orm";

import { type Bodies, MissingBodyError } from "../bodies.ts";
import type { TeamDatabase } from "../database.ts";
import type { Page, PageQuery } from "../insight/listings.ts";
import type { TeamLog } from "../insight/log.ts";
import type { Meter } from "../quotas/meter.ts";
import { describeSpent } from "../quotas/quota-spent.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";
import { deadLetter } from "../schema.ts";
import type { DeadJob } from "./job-end.ts";
import type { Job, Jobs } from "./jobs.ts";

export interface JobDeskDeps {
  db: TeamDatabase;
  bodies: Bodies;
  jobs: Jobs;
  meter: Meter;
  log: TeamLog;
  plugins: TeamPlugins;
  /** Takes the team's secrets out of a text. */
  redact(text: string): string;
  now(): number;
}

/** A job that waits, as people see it. Times are milliseconds since the epoch. */
export interface PendingJob extends Pick<Job, "id" | "name" | "dueAt" | "attempts" | "startedAt" | "isParked"> {
  /** JSON, without secrets; null for none. */
  payload: string | null;
}

/** A job that was asked for by hand: its number, or why it was not taken. */
export type StartedJob = { id: number } | { refused: string };

/** What people do with jobs: look at those that wait, start one, cancel one, run one again that was given up. */
export class JobDesk {
  readonly #deps: JobDeskDeps;

  constructor(deps: JobDeskDeps) {
    this.#deps = deps;
  }

  /** The jobs of a config that wait, newest first. */
  async list(pluginConfigId: number, { limit, before }: PageQuery): Promise<Page<PendingJob>> {
    const { jobs, plugins, redact } = this.#deps;
    // What is secret is known once the settings are.
    await plugins.destination();
    const rows = jobs.list(pluginConfigId, limit, before);
    const results = rows.map(({ id, name, dueAt, attempts, startedAt, isParked, payload }) => ({
      id,
      name,
      dueAt,
      attempts,
      startedAt,
      isParked,
      payload: payload === null ? null : redact(payload),
    }));
    return { results, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
  }

  /** Has a job run now. @param payload JSON */
  start(pluginConfigId: number, name: string, payload: string): Promise<StartedJob> {
    return this.#admit(pluginConfigId, () => this.#add(pluginConfigId, { job: name, payload, hops: 0 }));
  }

  /** @returns whether it was there */
  cancel(pluginConfigId: number, id: number): boolean {
    const { db, jobs, log } = this.#deps;
    return db.transaction(() => {
      const found = jobs.find(pluginConfigId, id);
      if (!found) return false;
      const message = `jobs.${found.name}, number ${id}, was cancelled by hand`;
      log.write({ pluginConfigId, source: "SYSTEM", type: "INFO", message });
      return jobs.remove(found);
    });
  }

  /** Runs a job again that is a dead letter, which it is no more then. @returns null where there is no such dead letter */
  async runAgain(pluginConfigId: number, letterId: number): Promise<StartedJob | null> {
    const { bodies, db } = this.#deps;
    const isIt = and(eq(deadLetter.seq, letterId), eq(deadLetter.pluginConfigId, pluginConfigId));
    const find = () => db.select().from(deadLetter).where(isIt).get();
    const letter = find();
    if (!letter?.function?.startsWith("jobs.")) return null;
    try {
      const dead = JSON.parse(await bodies.get(letter)) as DeadJob;
      const started = await this.#admit(pluginConfigId, () => {
        // Another request may have been first meanwhile.
        if (db.delete(deadLetter).where(isIt).returning().all().length === 0) return null;
        return this.#add(pluginConfigId, dead);
      });
      if (started && "id" in started) await bodies.delete([letter]);
      return started;
    } catch (error) {
      if (!(error instanceof MissingBodyError)) throw error;
      return find() ? { refused: "its payload was lost" } : null;
    }
  }

  /** Does something in a transaction, unless no job of the config may be added. */
  #admit<T>(pluginConfigId: number, run: () => T): Promise<T | { refused: string }> {
    const { db, jobs, meter, plugins } = this.#deps;
    return plugins.use(async (all) => {
      const config = all.find((plugin) => plugin.config.id === pluginConfigId)?.config;
      if (!config) return { refused: `plugin config ${pluginConfigId} is not enabled` };
      const { pendingJobs } = config.limits;
      if (jobs.pendingOf(pluginConfigId) >= pendingJobs)
        return {
          refused: `${pendingJobs} jobs of plugin config ${pluginConfigId} wait already, its limit "pendingJobs"`,
        };
      const spent = meter.refuseJobs(1);
      return spent ? { refused: describeSpent(spent) } : db.transaction(run);
    });
  }

  #add(pluginConfigId: number, { job: name, payload, hops }: DeadJob): { id: number } {
    const { jobs, now } = this.#deps;
    return { id: jobs.add({ pluginConfigId, name, payload, dueAt: now(), hops }) };
  }
}
