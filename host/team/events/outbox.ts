import { and, asc, count, eq, gte, lte, sql } from "drizzle-orm";

import { takeBatch } from "../../delivery/batching.ts";
import type { StoredBody } from "../bodies.ts";
import type { TeamDatabase } from "../database.ts";
import type { Ledger } from "../insight/ledger.ts";
import type { Stock } from "../quotas/stock.ts";
import { deadLetter, localEvent, outbox } from "../schema.ts";

export type OutboxRow = typeof outbox.$inferSelect;
export type NewDeadLetter = typeof deadLetter.$inferInsert & Pick<typeof deadLetter.$inferSelect, "bytes">;
export type NewOutboxRow = StoredBody & { uuid: string; bytes: number };

/** Stands for the uuid of an event that is not known. */
export const UNKNOWN = "unknown";

/** Rows that are looked at for one request; the batch's own limits are in events and bytes. */
const WINDOW = 500;

/** Processed events on their way to the destination. Writes are part of the caller's transaction. */
export class Outbox {
  readonly #append: ReturnType<typeof prepareAppend>;
  readonly #db: TeamDatabase;
  readonly #ledger: Ledger;
  readonly #dead: Stock;

  /** @param dead of dead letters */
  constructor(db: TeamDatabase, ledger: Ledger, dead: Stock) {
    this.#append = prepareAppend(db);
    this.#db = db;
    this.#ledger = ledger;
    this.#dead = dead;
  }

  append(row: NewOutboxRow): void {
    this.#append.run({ ...row });
  }

  /** The oldest events that fit into one request. */
  nextBatch(): OutboxRow[] {
    const { seq, bytes } = outbox;
    const sizes = this.#db.select({ seq, bytes }).from(outbox).orderBy(asc(seq)).limit(WINDOW).all();
    const batch = takeBatch(sizes, (row) => row.bytes);
    return batch.length === 0 ? [] : this.#db.select().from(outbox).where(range(batch)).orderBy(asc(seq)).all();
  }

  /** Forgets events that the destination has taken. @param rows neighbours in the outbox */
  delivered(rows: readonly OutboxRow[]): void {
    this.#db.transaction(() => this.#remove(rows, "delivered"));
  }

  #remove(rows: readonly OutboxRow[], account: "delivered" | "dead"): void {
    this.#db.delete(outbox).where(range(rows)).run();
    this.#ledger.add(account, rows.length);
  }

  /** Gives up on events that the destination refused for good: they are kept, with its answer. */
  bury(rows: readonly OutboxRow[], status: number, answer: string, at: number): void {
    this.#db.transaction(() => {
      for (const { uuid, body, blobKey, bytes } of rows)
        this.addDeadLetter({ uuid, body, blobKey, bytes, status, answer, at });
      this.#remove(rows, "dead");
    });
  }

  addDeadLetter(letter: NewDeadLetter): void {
    // Counted from the first one on, so that the team hears of it before there are too many.
    void this.#dead.amount;
    this.#db.insert(deadLetter).values(letter).run();
    this.#dead.change(1, letter.bytes);
  }

  /**
   * Moves events to the local store, where an event that is already there, by PostHog's measure, is replaced.
   * @returns where the replaced events were kept
   */
  keepLocally(rows: readonly (OutboxRow & { identity: string })[], at: number): StoredBody[] {
    return this.#db.transaction((tx) => {
      const replaced = rows.flatMap(({ identity, body, blobKey }) => {
        const { body: oldBody, blobKey: oldKey, identity: column } = localEvent;
        const before = tx.select({ body: oldBody, blobKey: oldKey }).from(localEvent).where(eq(column, identity)).all();
        tx.insert(localEvent)
          .values({ identity, body, blobKey, at })
          .onConflictDoUpdate({ target: column, set: { body, blobKey } })
          .run();
        return before;
      });
      this.#remove(rows, "delivered");
      return replaced;
    });
  }

  isEmpty(): boolean {
    return this.#db.select({ seq: outbox.seq }).from(outbox).limit(1).get() === undefined;
  }

  count(): number {
    return this.#db.select({ rows: count() }).from(outbox).get()?.rows ?? 0;
  }
}

/** A prefix of the outbox, or a half of one, is a range of numbers. */
function range(rows: readonly { seq: number }[]) {
  return and(gte(outbox.seq, rows[0]?.seq ?? 0), lte(outbox.seq, rows.at(-1)?.seq ?? -1));
}

/** What runs for each event, built once. */
function prepareAppend(db: TeamDatabase) {
  const given = sql.placeholder;
  return db
    .insert(outbox)
    .values({ uuid: given("uuid"), body: given("body"), blobKey: given("blobKey"), bytes: given("bytes") })
    .prepare();
}
