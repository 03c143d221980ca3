import type { Rejection } from "../../capture/rejection.ts";
import type { TeamDatabase } from "../database.ts";
import type { Ledger } from "./ledger.ts";
import { cutRing } from "./ring.ts";
import { ingestionWarning } from "../schema.ts";

const KEEP = 1_000;

/** Parts of requests that were not accepted although others were: PostHog's ingestion warnings. */
export class IngestionWarnings {
  readonly #db: TeamDatabase;
  readonly #ledger: Ledger;

  constructor(db: TeamDatabase, ledger: Ledger) {
    this.#db = db;
    this.#ledger = ledger;
  }

  /** @param at milliseconds since the epoch */
  record(rejections: readonly Rejection[], at: number): void {
    this.#ledger.add("rejected", rejections.length);
    for (const { code, detail, item } of rejections) {
      const [row] = this.#db
        .insert(ingestionWarning)
        .values({ at, code, detail, item })
        .returning({ id: ingestionWarning.id })
        .all();
      if (row) cutRing(this.#db, ingestionWarning, row.id, KEEP);
    }
  }
}
