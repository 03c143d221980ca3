import { and, asc, count, eq, isNotNull, isNull, lte, min, sql } from "drizzle-orm";

import type { StoredBody } from "./bodies.ts";
import type { TeamDatabase } from "./database.ts";
import type { Progress } from "./progress.ts";
import { FRESH } from "./progress.ts";
import { inbox } from "./schema.ts";

export interface InboxRow extends StoredBody {
  seq: number;
  distinctId: string;
  progress: Progress;
  /** Milliseconds since the epoch. */
  dueAt: number;
}

export interface NewInboxRow extends StoredBody {
  distinctId: string;
  /** Set when some plugins are done with the event already. */
  progress?: Progress;
}

/**
 * Accepted events on their way to the plugins. Only the oldest event of a person is ever due: the others wait for it,
 * however long it is held. Writes are part of the caller's transaction.
 */
export class Inbox {
  readonly #db: TeamDatabase;

  constructor(db: TeamDatabase) {
    this.#db = db;
  }

  /** @param now milliseconds since the epoch; from then on the events are due */
  append(rows: readonly NewInboxRow[], now: number): void {
    for (const { progress, ...row } of rows) {
      const dueAt = sql`case when exists (select 1 from ${inbox} where ${inbox.distinctId} = ${row.distinctId}) then null else ${now} end`;
      this.#db
        .insert(inbox)
        .values({ ...row, dueAt, progress: progress ? JSON.stringify(progress) : null })
        .run();
    }
  }

  /** The event that has been due longest, if one is due. */
  next(now: number): InboxRow | undefined {
    const row = this.#db
      .select()
      .from(inbox)
      .where(lte(inbox.dueAt, now))
      .orderBy(asc(inbox.dueAt), asc(inbox.seq))
      .limit(1)
      .get();
    if (!row) return undefined;
    const { progress, dueAt, ...rest } = row;
    return { ...rest, dueAt: dueAt ?? now, progress: progress === null ? FRESH : (JSON.parse(progress) as Progress) };
  }

  /** When the next event is due: milliseconds since the epoch, or null for never. */
  nextDue(): number | null {
    const { dueAt } = inbox;
    const first = this.#db.select({ dueAt }).from(inbox).where(isNotNull(dueAt)).orderBy(asc(dueAt)).limit(1).get();
    return first?.dueAt ?? null;
  }

  /** Has an event wait, and those of its person behind it. */
  hold(seq: number, progress: Progress, dueAt: number, body?: StoredBody): void {
    this.#db
      .update(inbox)
      .set({ ...(body && { body: body.body, blobKey: body.blobKey }), progress: JSON.stringify(progress), dueAt })
      .where(eq(inbox.seq, seq))
      .run();
  }

  /** Removes an event; the next one of its person takes its place in the order of the due. */
  remove({ seq, distinctId, dueAt }: InboxRow): void {
    this.#db.delete(inbox).where(eq(inbox.seq, seq)).run();
    const next = this.#db
      .select({ seq: min(inbox.seq) })
      .from(inbox)
      .where(eq(inbox.distinctId, distinctId));
    this.#db
      .update(inbox)
      .set({ dueAt })
      .where(and(eq(inbox.seq, sql`(${next})`), isNull(inbox.dueAt)))
      .run();
  }

  count(): number {
    return this.#db.select({ rows: count() }).from(inbox).get()?.rows ?? 0;
  }
}
