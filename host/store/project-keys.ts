import { and, desc, eq, isNotNull, isNull } from "drizzle-orm";
import type { Registry } from "./registry.ts";
import { key } from "./schema.ts";

/** A key that admits events to a team. */
export interface ProjectKey {
  id: number;
  token: string;
  label: string | null;
  createdAt: number;
  revokedAt: number | null;
}

const { id, token, label, createdAt, revokedAt } = key;
const columns = { id, token, label, createdAt, revokedAt };
const isOf = (teamId: number) => and(eq(key.teamId, teamId), isNotNull(key.token));

/** Newest first, revoked ones too. */
export async function projectKeysOf(
  db: Registry,
  teamId: number,
  { limit, offset }: { limit: number; offset: number },
): Promise<ProjectKey[]> {
  const rows = db.select(columns).from(key).where(isOf(teamId)).orderBy(desc(key.id)).limit(limit).offset(offset);
  return (await rows).flatMap(asProjectKey);
}

/** Throws when the key is taken. */
export async function createProjectKey(
  db: Registry,
  teamId: number,
  values: Pick<ProjectKey, "token" | "label">,
  now: number,
): Promise<ProjectKey> {
  const row = await db
    .insert(key)
    .values({ ...values, teamId, createdAt: now })
    .returning(columns)
    .get();
  return { ...row, token: values.token };
}

/** @returns the key; null when the team has none of that id that still holds */
export async function revokeProjectKey(
  db: Registry,
  teamId: number,
  keyId: number,
  now: number,
): Promise<ProjectKey | null> {
  const rows = await db
    .update(key)
    .set({ revokedAt: now })
    .where(and(isOf(teamId), eq(key.id, keyId), isNull(key.revokedAt)))
    .returning(columns);
  return rows.flatMap(asProjectKey)[0] ?? null;
}

const asProjectKey = (row: Omit<ProjectKey, "token"> & { token: string | null }): ProjectKey[] =>
  row.token === null ? [] : [{ ...row, token: row.token }];
