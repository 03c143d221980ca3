import type { Rejection } from "../capture/rejection.ts";
import type { TeamDatabase } from "./database.ts";
import { cutRing } from "./ring.ts";
import { ingestionWarning } from "./schema.ts";

const KEEP = 1_000;

/** Parts of requests that were not accepted although others were: PostHog's ingestion warnings. */
export class IngestionWarnings {
  readonly #db: TeamDatabase;

  constructor(db: TeamDatabase) {
    this.#db = db;
  }

  /** @param at milliseconds since the epoch */
  record(rejections: readonly Rejection[], at: number): void {
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
