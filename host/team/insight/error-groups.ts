import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { and, desc, eq, getTableColumns, notInArray, sql } from "drizzle-orm";
import type { TeamDatabase } from "../database.ts";
import type { FailureSample } from "./failure-sample.ts";
import type { PluginOutcome } from "./outcomes.ts";
import { errorGroup } from "../schema.ts";

/** Failures of one function that are told in the same words, with what they were like when they were seen first and last. */
export type SampledErrorGroup = typeof errorGroup.$inferSelect;
export type ErrorGroup = Omit<SampledErrorGroup, "firstSample" | "lastSample">;

/** Of one config, so that a plugin with ever new words pushes out none but its own. */
const KEEP = 100;
/** Characters of a message that tell one failure from another, and are kept. */
const MAX_MESSAGE = 1_000;

/** Failures of plugins, those that are alike counted together. */
export class ErrorGroups {
  readonly #db: TeamDatabase;

  constructor(db: TeamDatabase) {
    this.#db = db;
  }

  /**
   * Part of the caller's transaction.
   * @param failure without secrets
   * @param sample what it was like; null when that is not known
   * @param at milliseconds since the epoch
   */
  note(failure: PluginOutcome, sample: FailureSample | null, eventUuid: string | null, at: number): void {
    const { pluginConfigId, plugin, version, function: name, kind } = failure;
    if (kind === "ok" || kind === "dropped") return;
    const message = (failure.message ?? "").slice(0, MAX_MESSAGE);
    const fingerprint = fingerprintOf([pluginConfigId, version, name, kind, folded(message)]);
    const about = { pluginConfigId, plugin, version, function: name, kind, message, eventUuid };
    const { count } = errorGroup;
    const row = this.#db
      .insert(errorGroup)
      .values({
        fingerprint,
        ...about,
        count: 1,
        firstSeen: at,
        lastSeen: at,
        firstSample: sample,
        lastSample: sample,
      })
      .onConflictDoUpdate({
        target: errorGroup.fingerprint,
        set: { count: sql`${count} + 1`, lastSeen: at, message, eventUuid, lastSample: sample },
      })
      .returning({ count })
      .get();
    if (row.count === 1) this.#cut(pluginConfigId);
  }

  /** Those seen last first. @param pluginConfigId only those of this config */
  list(pluginConfigId?: number): ErrorGroup[] {
    const { firstSample: _, lastSample: __, ...columns } = getTableColumns(errorGroup);
    const where = pluginConfigId === undefined ? undefined : eq(errorGroup.pluginConfigId, pluginConfigId);
    return this.#db.select(columns).from(errorGroup).where(where).orderBy(desc(errorGroup.lastSeen)).all();
  }

  /** One of them, with what it was like first and last; undefined when there is none. */
  find(fingerprint: string): SampledErrorGroup | undefined {
    return this.#db.select().from(errorGroup).where(eq(errorGroup.fingerprint, fingerprint)).get();
  }

  /** Forgets a group; its next failure begins it anew. @returns whether it was there */
  resolve(fingerprint: string): boolean {
    const isIt = eq(errorGroup.fingerprint, fingerprint);
    return this.#db.delete(errorGroup).where(isIt).returning({ fingerprint: errorGroup.fingerprint }).all().length > 0;
  }

  #cut(pluginConfigId: number): void {
    const isOfConfig = eq(errorGroup.pluginConfigId, pluginConfigId);
    const { fingerprint, lastSeen } = errorGroup;
    const newest = this.#db
      .select({ fingerprint })
      .from(errorGroup)
      .where(isOfConfig)
      .orderBy(desc(lastSeen), fingerprint)
      .limit(KEEP);
    this.#db
      .delete(errorGroup)
      .where(and(isOfConfig, notInArray(fingerprint, newest)))
      .run();
  }
}

/** Adds up those of several shards. Those seen last first. */
export function mergeGroups<Group extends ErrorGroup & Partial<SampledErrorGroup>>(all: readonly Group[]): Group[] {
  const merged = new Map<string, Group>();
  for (const group of all) {
    const found = merged.get(group.fingerprint);
    if (!found) {
      merged.set(group.fingerprint, group);
      continue;
    }
    const last = group.lastSeen > found.lastSeen ? group : found;
    const { firstSeen, firstSample } = group.firstSeen < found.firstSeen ? group : found;
    const count = group.count + found.count;
    merged.set(group.fingerprint, { ...last, count, firstSeen, ...(firstSample !== undefined && { firstSample }) });
  }
  return [...merged.values()].sort((a, b) => b.lastSeen - a.lastSeen);
}

/** A message without what differs from one event to the next. */
const folded = (message: string): string =>
  message
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "#")
    .replaceAll(/\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi, "#")
    .replaceAll(/\d+(?:\.\d+)?/g, "#");

const fingerprintOf = (parts: readonly (string | number)[]): string =>
  bytesToHex(sha256(utf8ToBytes(JSON.stringify(parts)))).slice(0, 32);
