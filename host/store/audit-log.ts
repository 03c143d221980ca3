import { and, desc, lt, type SQL } from "drizzle-orm";
import type { Registry } from "./registry.ts";
import { auditLog } from "./schema.ts";

export type AuditEntry = typeof auditLog.$inferSelect;

export async function addAuditEntry(db: Registry, entry: Omit<AuditEntry, "id">): Promise<void> {
  await db.insert(auditLog).values(entry);
}

/** Newest first. @param which whose entries; undefined for all */
export function auditEntries(
  db: Registry,
  which: SQL | undefined,
  { limit, before }: { limit: number; before?: number },
): Promise<AuditEntry[]> {
  return db
    .select()
    .from(auditLog)
    .where(and(which, before === undefined ? undefined : lt(auditLog.id, before)))
    .orderBy(desc(auditLog.id))
    .limit(limit);
}
