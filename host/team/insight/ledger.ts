import { count, sql } from "drizzle-orm";

import type { TeamDatabase } from "../database.ts";
import { inbox, ledger, outbox } from "../schema.ts";

/** What becomes of events: `dropped` is kept by the config that dropped them. */
export type Account = "accepted" | "created" | "delivered" | "dropped" | "dead" | "rejected";

/** What a shard was given, and what has become of it. All are numbers of events. */
export interface Balance {
  /** Taken from clients. */
  accepted: number;
  /** Made by the team's plugins: captured, or added to batches. */
  created: number;
  /** Taken by the destination, or put into the local store. */
  delivered: number;
  /** By the config that dropped them. */
  dropped: Record<number, number>;
  /** Refused by the destination for good, or lost by the host. */
  dead: number;
  inbox: number;
  outbox: number;
  /** Parts of requests that were no events; not among the accepted ones. */
  rejected: number;
}

const NOBODY = 0;

/**
 * Counts events in the transactions that move them, so that at any moment what came in is what went out and what is still here. Nothing is
 * sampled.
 */
export class Ledger {
  readonly #add: ReturnType<typeof prepareAdd>;
  readonly #db: TeamDatabase;
  readonly #onChange: () => void;

  /** @param onChange told of each change */
  constructor(db: TeamDatabase, onChange: () => void) {
    this.#add = prepareAdd(db);
    this.#db = db;
    this.#onChange = onChange;
  }

  /**
   * Part of the caller's transaction.
   * @param pluginConfigId of the config that dropped them
   */
  add(account: Account, events: number, pluginConfigId = NOBODY): void {
    if (events === 0) return;
    this.#add.run({ account, pluginConfigId, events });
    this.#onChange();
  }

  balance(): Balance {
    const rows = this.#db.select().from(ledger).all();
    const of = (account: Account): number => rows.find((row) => row.account === account)?.events ?? 0;
    const dropped = rows.filter(({ account }) => account === "dropped");
    return {
      accepted: of("accepted"),
      created: of("created"),
      delivered: of("delivered"),
      dropped: Object.fromEntries(dropped.map(({ pluginConfigId, events }) => [pluginConfigId, events])),
      dead: of("dead"),
      inbox: this.#db.select({ rows: count() }).from(inbox).get()?.rows ?? 0,
      outbox: this.#db.select({ rows: count() }).from(outbox).get()?.rows ?? 0,
      rejected: of("rejected"),
    };
  }
}

/** What runs for each change, built once. */
function prepareAdd(db: TeamDatabase) {
  const given = sql.placeholder;
  const { account, pluginConfigId, events } = ledger;
  return db
    .insert(ledger)
    .values({ account: given("account"), pluginConfigId: given("pluginConfigId"), events: given("events") })
    .onConflictDoUpdate({
      target: [account, pluginConfigId],
      set: { events: sql`${events} + excluded.events` },
    })
    .prepare();
}
