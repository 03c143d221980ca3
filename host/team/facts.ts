import { eq } from "drizzle-orm";

import type { TeamDatabase } from "./database.ts";
import { fact } from "./schema.ts";
import type { FailedSetup } from "./plugins/failed-setups.ts";
import type { StoredUsage } from "./quotas/account.ts";
import type { TeamQuotas } from "./quotas/quotas.ts";
import type { TeamStatus } from "./team-status.ts";

/** The single facts a team object keeps, by name. */
export interface FactValues {
  /** Which team and shard the object serves; told to it by the first request, since an alarm brings none. */
  address: TeamAddress;
  /** Secret of the object, in base64: the randomness of its calls follows from it. */
  callSecret: string;
  /** Deliveries that failed in a row, and when to try again. */
  delivery: NonNullable<TeamStatus["delivery"]>;
  /** When the metrics of the team's plugins are told next: milliseconds since the epoch. */
  metricsDue: number;
  /** The plugins that could not be set up, by config. */
  failedSetups: Record<number, FailedSetup>;
  /** When the registry was told last what the object has counted (milliseconds since the epoch), and whether there is more to tell. */
  rollUp: { at: number; isDue: boolean };
  /** What an operator has decided for the team, as of the last look into the registry. */
  quotas: TeamQuotas;
  /** What the team has used of its quotas; in shard 0. */
  usage: StoredUsage;
  /** What the registry has of the time of the team's next task, as far as shard 0 knows; null for none. */
  tasksDueAt: number | null;
  /** True while an alarm is at work: found by another alarm, it tells that the process ended in the middle. */
  running: boolean;
}

export interface TeamAddress {
  teamId: number;
  /** 0 holds the state that all shards of a team share. */
  shard: number;
}

export class Facts {
  readonly #db: TeamDatabase;

  constructor(db: TeamDatabase) {
    this.#db = db;
  }

  get<Name extends keyof FactValues>(name: Name): FactValues[Name] | undefined {
    const row = this.#db.select().from(fact).where(eq(fact.name, name)).get();
    return row && (JSON.parse(row.value) as FactValues[Name]);
  }

  set<Name extends keyof FactValues>(name: Name, value: FactValues[Name]): void {
    const json = JSON.stringify(value);
    this.#db
      .insert(fact)
      .values({ name, value: json })
      .onConflictDoUpdate({ target: fact.name, set: { value: json } })
      .run();
  }

  forget(name: keyof FactValues): void {
    this.#db.delete(fact).where(eq(fact.name, name)).run();
  }
}
