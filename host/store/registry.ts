import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import * as schema from "./schema.ts";

/** Where the registry is kept. */
export interface RegistryEnv {
  REGISTRY: D1Database;
}

/** Organizations, teams, keys, plugins and configs. Several writes that belong together go through `batch`: D1 has no transactions. */
export type Registry = DrizzleD1Database<typeof schema>;

export function openRegistry(env: RegistryEnv): Registry {
  return drizzle(env.REGISTRY, { schema });
}
