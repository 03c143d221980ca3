import { and, asc, count, eq, gt, isNotNull, isNull, lte, min, notExists, sql } from "drizzle-orm";

import type { StoredBody } from "../bodies.ts";
import type { TeamDatabase } from "../database.ts";
import type { Ledger } from "../insight/ledger.ts";
import type { Progress } from "./progress.ts";
import { FRESH } from "./progress.ts";
import { inbox } from "../schema.ts";

export interface InboxRow extends StoredBody {
  seq: number;
  distinctId: string;
  progress: Progress;
  /** Milliseconds since the epoch; that of the event in front for one that waits behind it. */
  dueAt: number;
}

export interface NewInboxRow extends StoredBody {
  distinctId: string;
  /** Set when some plugins are done with the event already. */
  progress?: Progress;
  /** Whether a plugin made it, and no client. */
  isCreated?: boolean;
}

/**
 * Accepted events on their way to the plugins. Only the oldest event of a person is ever due: the others wait for it,
 * however long it is held. Writes are part of the caller's transaction.
 */
export class Inbox {
  readonly #db: TeamDatabase;
  readonly #ledger: Ledger;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: TeamDatabase, ledger: Ledger) {
    this.#db = db;
    this.#ledger = ledger;
    this.#statements = prepare(db);
  }

  /** @param now milliseconds since the epoch; from then on the events are due */
  append(rows: readonly NewInboxRow[], now: number): void {
    for (const { progress, isCreated: _isCreated, ...row } of rows)
      this.#statements.append.run({ ...row, now, progress: progress ? JSON.stringify(progress) : null });
    const created = rows.filter(({ isCreated }) => isCreated).length;
    this.#ledger.add("created", created);
    this.#ledger.add("accepted", rows.length - created);
  }

  /**
   * The events that have been due longest, and as many as there is room for of those that wait behind them for their person:
   * each person's in order.
   */
  due(now: number, atMost: number): InboxRow[] {
    const heads = this.#statements.due.all({ now, atMost }).map((row) => toInboxRow(row, row.dueAt ?? now));
    const rows = [...heads];
    for (const { seq, distinctId, dueAt } of heads) {
      if (rows.length >= atMost) break;
      const behind = this.#statements.behind.all({ seq, distinctId, atMost: atMost - rows.length });
      rows.push(...behind.map((row) => toInboxRow(row, dueAt)));
    }
    return rows.sort((a, b) => a.dueAt - b.dueAt || a.seq - b.seq);
  }

  /** Whether at least so many events are here. */
  hasAtLeast(count: number): boolean {
    return this.#statements.nth.get({ before: count - 1 }) !== undefined;
  }

  /** When the next event is due: milliseconds since the epoch, or null for never. */
  nextDue(): number | null {
    return this.#statements.nextDue.get()?.dueAt ?? null;
  }

  /**
   * Has an event wait, and those of its person behind it.
   * @param dueAt milliseconds since the epoch; null while an earlier event of its person is here
   * @param body where it is kept from now on, when it has changed
   */
  hold(seq: number, progress: Progress, dueAt: number | null, body: StoredBody | null = null): void {
    this.#db
      .update(inbox)
      .set({ ...(body && { body: body.body, blobKey: body.blobKey }), progress: JSON.stringify(progress), dueAt })
      .where(eq(inbox.seq, seq))
      .run();
  }

  /** Has the events that wait for a certain time, all in milliseconds since the epoch, be due at another. */
  hurry(dueAt: number, now: number): void {
    this.#db.update(inbox).set({ dueAt: now }).where(eq(inbox.dueAt, dueAt)).run();
  }

  /** Removes an event; the next one of its person takes its place in the order of the due. */
  remove({ seq, distinctId, dueAt }: InboxRow): void {
    this.#statements.remove.run({ seq });
    this.#statements.promote.run({ distinctId, dueAt });
  }

  count(): number {
    return this.#db.select({ rows: count() }).from(inbox).get()?.rows ?? 0;
  }
}

function toInboxRow({ progress, ...row }: typeof inbox.$inferSelect, dueAt: number): InboxRow {
  return { ...row, dueAt, progress: progress === null ? FRESH : (JSON.parse(progress) as Progress) };
}

/** What runs for each event, built once. */
function prepare(db: TeamDatabase) {
  const { distinctId, dueAt, seq } = inbox;
  const given = sql.placeholder;
  const ofPerson = eq(distinctId, given("distinctId"));
  const isFirst = notExists(db.select({ seq }).from(inbox).where(ofPerson));
  const next = db
    .select({ seq: min(seq) })
    .from(inbox)
    .where(ofPerson);
  return {
    append: db
      .insert(inbox)
      .values({
        distinctId: given("distinctId"),
        body: given("body"),
        blobKey: given("blobKey"),
        progress: given("progress"),
        dueAt: sql`case when ${isFirst} then ${given("now")} end`,
      })
      .prepare(),
    due: db
      .select()
      .from(inbox)
      .where(lte(dueAt, given("now")))
      .orderBy(asc(dueAt), asc(seq))
      .limit(given("atMost"))
      .prepare(),
    behind: db
      .select()
      .from(inbox)
      .where(and(ofPerson, gt(seq, given("seq"))))
      .orderBy(asc(seq))
      .limit(given("atMost"))
      .prepare(),
    nth: db.select({ seq }).from(inbox).limit(1).offset(given("before")).prepare(),
    nextDue: db.select({ dueAt }).from(inbox).where(isNotNull(dueAt)).orderBy(asc(dueAt)).limit(1).prepare(),
    remove: db
      .delete(inbox)
      .where(eq(seq, given("seq")))
      .prepare(),
    promote: db
      .update(inbox)
      .set({ dueAt: sql`${given("dueAt")}` })
      .where(and(eq(seq, sql`${next}`), isNull(dueAt)))
      .prepare(),
  };
}
