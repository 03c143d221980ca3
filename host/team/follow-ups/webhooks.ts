import { and, asc, eq, lte, min, notInArray, sql } from "drizzle-orm";

import type { StoredBody } from "../bodies.ts";
import type { TeamDatabase } from "../database.ts";
import { webhook } from "../schema.ts";

export type WebhookRow = typeof webhook.$inferSelect;

/** Requests that plugins composed, on their way out. Writes are part of the caller's transaction. */
export class Webhooks {
  readonly #db: TeamDatabase;

  constructor(db: TeamDatabase) {
    this.#db = db;
  }

  add(pluginConfigId: number, eventUuid: string, { body, blobKey }: StoredBody, dueAt: number): void {
    this.#db.insert(webhook).values({ pluginConfigId, eventUuid, body, blobKey, dueAt }).run();
  }

  /** The one that has been due longest. @param underWay ids to leave out */
  next(now: number, underWay: readonly number[]): WebhookRow | undefined {
    const where = and(lte(webhook.dueAt, now), notInArray(webhook.id, [...underWay]));
    return this.#db.select().from(webhook).where(where).orderBy(asc(webhook.dueAt), asc(webhook.id)).limit(1).get();
  }

  /** When the next one is due: milliseconds since the epoch, or null for never. @param underWay ids to leave out */
  nextDue(underWay: readonly number[]): number | null {
    const rows = this.#db.select({ at: min(webhook.dueAt) }).from(webhook);
    return rows.where(notInArray(webhook.id, [...underWay])).get()?.at ?? null;
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
