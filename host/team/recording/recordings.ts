import { eq } from "drizzle-orm";
import type { JsonObject } from "../../event.ts";
import type { TeamDatabase } from "../database.ts";
import { cutRing } from "../insight/ring.ts";
import { recording } from "../schema.ts";

const KEEP = 200;
/** UTF-16 units of one: a row of SQLite in a Durable Object holds at most 2 MB. */
const MAX_LENGTH = 600_000;

/** Where failed calls are kept, each as a case. */
export interface KeptRecordings {
  /** @returns its number, by which an outcome tells of it; undefined when it is not kept */
  keep(failed: JsonObject): number | undefined;
}

/** The last failed calls, with all that decided how they went. */
export class Recordings implements KeptRecordings {
  readonly #db: TeamDatabase;
  readonly #redact: (text: string) => string;

  /** @param redact takes out what is secret to the team's other plugins */
  constructor(db: TeamDatabase, redact: (text: string) => string) {
    this.#db = db;
    this.#redact = redact;
  }

  keep(failed: JsonObject): number | undefined {
    const json = this.#redact(JSON.stringify(failed));
    if (json.length > MAX_LENGTH) return undefined;
    const [row] = this.#db.insert(recording).values({ json }).returning({ id: recording.id }).all();
    if (row) cutRing(this.#db, recording, row.id, KEEP);
    return row?.id;
  }

  get(id: number): JsonObject | undefined {
    const row = this.#db.select().from(recording).where(eq(recording.id, id)).get();
    return row && (JSON.parse(row.json) as JsonObject);
  }
}
