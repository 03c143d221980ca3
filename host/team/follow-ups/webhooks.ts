import { and, asc, eq, lte, sql } from "drizzle-orm";

import type { StoredBody } from "../bodies.ts";
import type { TeamDatabase } from "../database.ts";
import { firstOfConfigs } from "../first-of-configs.ts";
import { webhook } from "../schema.ts";
import type { ConfigQueue } from "../work/config-lanes.ts";

export type WebhookRow = typeof webhook.$inferSelect;

const WAITING = { table: webhook, pluginConfigId: webhook.pluginConfigId, dueAt: webhook.dueAt };

/** Requests that plugins composed, on their way out. Writes are part of the caller's transaction. */
export class Webhooks implements ConfigQueue {
  readonly #db: TeamDatabase;

  constructor(db: TeamDatabase) {
    this.#db = db;
  }

  add(pluginConfigId: number, eventUuid: string, { body, blobKey }: StoredBody, dueAt: number): void {
    this.#db.insert(webhook).values({ pluginConfigId, eventUuid, body, blobKey, dueAt }).run();
  }

  dueConfig(now: number, except: readonly number[]): number | undefined {
    return firstOfConfigs(this.#db, WAITING, except).find(({ dueAt }) => dueAt <= now)?.pluginConfigId;
  }

  nextDue(except: readonly number[]): number | null {
    return firstOfConfigs(this.#db, WAITING, except)[0]?.dueAt ?? null;
  }

  /** The one of a config that has been due longest. */
  next(pluginConfigId: number, now: number): WebhookRow | undefined {
    const { dueAt, id } = webhook;
    const where = and(eq(webhook.pluginConfigId, pluginConfigId), lte(dueAt, now));
    return this.#db.select().from(webhook).where(where).orderBy(asc(dueAt), asc(id)).limit(1).get();
  }

  retry(id: number, attempts: number, dueAt: number): void {
    this.#db.update(webhook).set({ attempts, dueAt }).where(eq(webhook.id, id)).run();
  }

  remove(id: number): void {
    this.#db.delete(webhook).where(eq(webhook.id, id)).run();
  }

  count(): number {
    return (
      this.#db
        .select({ rows: sql<number>`count(*)` })
        .from(webhook)
        .get()?.rows ?? 0
    );
  }
}
