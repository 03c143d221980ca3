import { drizzle } from "drizzle-orm/durable-sqlite";
import type { DrizzleSqliteDODatabase } from "drizzle-orm/durable-sqlite";
import { migrate } from "drizzle-orm/durable-sqlite/migrator";

import migrations from "./migrations/migrations.js";
import * as schema from "./schema.ts";

/** A team object's own SQLite database. */
export type TeamDatabase = DrizzleSqliteDODatabase<typeof schema>;

/** Opens the database and brings it to the current schema. */
export async function openDatabase(storage: DurableObjectStorage): Promise<TeamDatabase> {
  const db = drizzle(storage, { schema });
  await migrate(db, migrations);
  return db;
}
