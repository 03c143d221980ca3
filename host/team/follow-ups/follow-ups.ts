import { and, asc, eq, isNotNull, isNull, lte, min, notExists, notInArray, or, type SQL, sql } from "drizzle-orm";

import type { HandlerName } from "../../../wit/generated/contract.ts";
import type { StoredBody } from "../bodies.ts";
import type { TeamDatabase } from "../database.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import { followUp, followUpEvent, processedEvent } from "../schema.ts";

export type FollowUp = typeof followUp.$inferSelect;

/** The functions that are called with events when these have passed all plugins. */
export const EVENT_FUNCTIONS = ["onEvent", "exportEvents", "composeWebhook"] as const satisfies HandlerName[];
export type EventFunction = (typeof EVENT_FUNCTIONS)[number];

/** These, and what is called with objects that a plugin gathered. */
export type FollowUpFunction = FollowUp["function"];

/** The functions that are given several events or objects at once, none of which may get lost unseen. */
const BATCH_FUNCTIONS = ["exportEvents", "flushBuffer"] as const satisfies FollowUpFunction[];
export const isBatch = (name: FollowUpFunction): boolean => BATCH_FUNCTIONS.some((batch) => batch === name);

/** The config whose code fills a batch. */
export type Filler = Pick<PluginConfig, "id" | "revision">;

/** A batch that takes more events or objects: how many characters of JSON it has, and how many points its objects. */
export interface OpenBatch {
  id: number;
  length: number;
  points: number;
}

/**
 * What processed events and gathered objects have left to do for single configs: calls of a function, each with its events or objects. Writes are part
 * of the caller's transaction.
 */
export class FollowUps {
  readonly #db: TeamDatabase;
  /** Revisions whose batches nobody else takes. Not stored: when the process has ended, none of them leaves any more. */
  readonly #leaving = new Set<string>();

  constructor(db: TeamDatabase) {
    this.#db = db;
  }

  /** Keeps an event or object for follow-ups to be added. @returns its number */
  keep({ body, blobKey }: StoredBody): number {
    return this.#db.insert(processedEvent).values({ body, blobKey }).returning({ seq: processedEvent.seq }).get().seq;
  }

  /** Adds a follow-up with what was kept; others may join that when it has an open length. */
  add(row: typeof followUp.$inferInsert, eventSeq: number): void {
    const { id } = this.#db.insert(followUp).values(row).returning({ id: followUp.id }).get();
    this.#db.insert(followUpEvent).values({ followUpId: id, eventSeq }).run();
  }

  /** The batch of a config that takes more, if there is one. @param buffer null for its export */
  openBatch(filler: Filler, buffer: number | null): OpenBatch | undefined {
    const { id, openLength, points } = followUp;
    const where = isOpen(filler, buffer);
    const row = this.#db.select({ id, openLength, points }).from(followUp).where(where).get();
    return row && { id: row.id, length: row.openLength ?? 0, points: row.points ?? 0 };
  }

  join({ id, length, points }: OpenBatch, eventSeq: number): void {
    this.#db.insert(followUpEvent).values({ followUpId: id, eventSeq }).run();
    this.#db.update(followUp).set({ openLength: length, points }).where(eq(followUp.id, id)).run();
  }

  /** Has the open batch of a config take no more, and be due at once. @param buffer null for its export */
  close(filler: Filler, buffer: number | null, now: number): void {
    this.#db.update(followUp).set({ openLength: null, dueAt: now }).where(isOpen(filler, buffer)).run();
  }

  /** Has another revision of a config take its export, at once. */
  handOver(filler: Filler, now: number): void {
    const set = { openLength: null, dueAt: now, revision: null };
    this.#db.update(followUp).set(set).where(isOpen(filler, null)).run();
  }

  /** Keeps the batches of a revision that leaves for it alone. */
  reserve({ revision }: Filler): void {
    this.#leaving.add(revision);
  }

  /** Lets others take what a revision has left undone. */
  release({ revision }: Filler): void {
    this.#leaving.delete(revision);
  }

  /** Closes all batches of a revision. @returns them, in their order */
  closeAll(filler: Filler, now: number): FollowUp[] {
    const set = { openLength: null, dueAt: now };
    const closed = this.#db.update(followUp).set(set).where(isOpenOf(filler)).returning().all();
    return closed.toSorted((a, b) => a.id - b.id);
  }

  /** The config whose follow-up has been due longest. @param busy configs to leave out */
  dueConfig(now: number, busy: readonly number[]): number | undefined {
    const { pluginConfigId, dueAt } = followUp;
    const where = and(lte(dueAt, now), notInArray(pluginConfigId, [...busy]), this.#isFree());
    return this.#db.select({ pluginConfigId }).from(followUp).where(where).orderBy(asc(dueAt)).limit(1).get()
      ?.pluginConfigId;
  }

  /** When the next one is due: milliseconds since the epoch, or null for never. @param busy configs to leave out */
  nextDue(busy: readonly number[]): number | null {
    const { pluginConfigId, dueAt } = followUp;
    const rows = this.#db.select({ at: min(dueAt) }).from(followUp);
    return rows.where(and(notInArray(pluginConfigId, [...busy]), this.#isFree())).get()?.at ?? null;
  }

  /** Takes the follow-up of a config that has been due longest. No event joins it any more. */
  take(pluginConfigId: number, now: number): FollowUp | undefined {
    const { dueAt, id } = followUp;
    const where = and(eq(followUp.pluginConfigId, pluginConfigId), lte(dueAt, now), this.#isFree());
    const row = this.#db.select().from(followUp).where(where).orderBy(asc(dueAt), asc(id)).limit(1).get();
    if (row && row.openLength !== null) this.#db.update(followUp).set({ openLength: null }).where(eq(id, row.id)).run();
    return row;
  }

  /** Where the events or objects of a follow-up are kept, in their order. */
  itemsOf(id: number): StoredBody[] {
    const { body, blobKey, seq } = processedEvent;
    return this.#db
      .select({ body, blobKey })
      .from(followUpEvent)
      .innerJoin(processedEvent, eq(seq, followUpEvent.eventSeq))
      .where(eq(followUpEvent.followUpId, id))
      .orderBy(asc(seq))
      .all();
  }

  retry(id: number, attempts: number, dueAt: number): void {
    this.#db.update(followUp).set({ attempts, dueAt }).where(eq(followUp.id, id)).run();
  }

  /** @returns where events were kept that no follow-up needs any more */
  remove(id: number): StoredBody[] {
    const { followUpId, eventSeq } = followUpEvent;
    const mine = this.#db.select({ seq: eventSeq }).from(followUpEvent).where(eq(followUpId, id)).all();
    this.#db.delete(followUpEvent).where(eq(followUpId, id)).run();
    this.#db.delete(followUp).where(eq(followUp.id, id)).run();
    return mine.flatMap(({ seq }) => this.#forget(seq));
  }

  /** Removes follow-ups of a config that are no batches, some at a time. @returns where their events were kept, and how many they were */
  removeCalls(pluginConfigId: number): { count: number; gone: StoredBody[] } {
    const { id, function: name } = followUp;
    const where = and(eq(followUp.pluginConfigId, pluginConfigId), notInArray(name, [...BATCH_FUNCTIONS]));
    const rows = this.#db.select({ id }).from(followUp).where(where).limit(1_000).all();
    return { count: rows.length, gone: rows.flatMap((row) => this.remove(row.id)) };
  }

  count(): number {
    return (
      this.#db
        .select({ rows: sql<number>`count(*)` })
        .from(followUp)
        .get()?.rows ?? 0
    );
  }

  #isFree(): SQL | undefined {
    const { revision } = followUp;
    return this.#leaving.size === 0 ? undefined : or(isNull(revision), notInArray(revision, [...this.#leaving]));
  }

  #forget(seq: number): StoredBody[] {
    const { body, blobKey } = processedEvent;
    const isNeeded = this.#db
      .select({ seq: followUpEvent.eventSeq })
      .from(followUpEvent)
      .where(eq(followUpEvent.eventSeq, seq));
    return this.#db
      .delete(processedEvent)
      .where(and(eq(processedEvent.seq, seq), notExists(isNeeded)))
      .returning({ body, blobKey })
      .all();
  }
}

const isOpenOf = ({ id, revision }: Filler) =>
  and(eq(followUp.pluginConfigId, id), eq(followUp.revision, revision), isNotNull(followUp.openLength));

const isOpen = (filler: Filler, buffer: number | null) =>
  and(isOpenOf(filler), buffer === null ? isNull(followUp.buffer) : eq(followUp.buffer, buffer));
