import { and, asc, eq, isNotNull, lte, min, ne, notExists, notInArray, sql } from "drizzle-orm";

import type { HandlerName } from "../../wit/generated/contract.ts";
import type { StoredBody } from "./bodies.ts";
import type { TeamDatabase } from "./database.ts";
import { followUp, followUpEvent, processedEvent } from "./schema.ts";

export type FollowUp = typeof followUp.$inferSelect;

/** The functions that are called with events when these have passed all plugins. */
export const FOLLOW_UP_FUNCTIONS = ["onEvent", "exportEvents", "composeWebhook"] as const satisfies HandlerName[];
export type FollowUpFunction = (typeof FOLLOW_UP_FUNCTIONS)[number];

/** An export that takes more events. */
export type OpenExport = Pick<FollowUp, "id"> & { length: number };

/**
 * What processed events have left to do for single configs: calls of a function, each with its events. Writes are part
 * of the caller's transaction.
 */
export class FollowUps {
  readonly #db: TeamDatabase;

  constructor(db: TeamDatabase) {
    this.#db = db;
  }

  /** Keeps a processed event for follow-ups to be added. @returns its number */
  keep({ body, blobKey }: StoredBody): number {
    return this.#db.insert(processedEvent).values({ body, blobKey }).returning({ seq: processedEvent.seq }).get().seq;
  }

  /** @param openLength characters of the event, when others may join it */
  add(
    pluginConfigId: number,
    name: FollowUpFunction,
    eventSeq: number,
    dueAt: number,
    openLength: number | null = null,
  ): void {
    const row = { pluginConfigId, function: name, dueAt, openLength };
    const { id } = this.#db.insert(followUp).values(row).returning({ id: followUp.id }).get();
    this.#db.insert(followUpEvent).values({ followUpId: id, eventSeq }).run();
  }

  /** The export of a config that takes more events, if there is one. */
  openExport(pluginConfigId: number): OpenExport | undefined {
    const { id, openLength } = followUp;
    const row = this.#db.select({ id, openLength }).from(followUp).where(isOpen(pluginConfigId)).get();
    return row && { id: row.id, length: row.openLength ?? 0 };
  }

  join({ id, length }: OpenExport, eventSeq: number): void {
    this.#db.insert(followUpEvent).values({ followUpId: id, eventSeq }).run();
    this.#db.update(followUp).set({ openLength: length }).where(eq(followUp.id, id)).run();
  }

  /** Has the open export of a config take no more events, and be due at once. */
  close(pluginConfigId: number, now: number): void {
    this.#db.update(followUp).set({ openLength: null, dueAt: now }).where(isOpen(pluginConfigId)).run();
  }

  /** The config whose follow-up has been due longest. @param busy configs to leave out */
  dueConfig(now: number, busy: readonly number[]): number | undefined {
    const { pluginConfigId, dueAt } = followUp;
    const where = and(lte(dueAt, now), notInArray(pluginConfigId, [...busy]));
    return this.#db.select({ pluginConfigId }).from(followUp).where(where).orderBy(asc(dueAt)).limit(1).get()
      ?.pluginConfigId;
  }

  /** When the next one is due: milliseconds since the epoch, or null for never. @param busy configs to leave out */
  nextDue(busy: readonly number[]): number | null {
    const { pluginConfigId, dueAt } = followUp;
    const rows = this.#db.select({ at: min(dueAt) }).from(followUp);
    return rows.where(notInArray(pluginConfigId, [...busy])).get()?.at ?? null;
  }

  /** Takes the follow-up of a config that has been due longest. No event joins it any more. */
  take(pluginConfigId: number, now: number): FollowUp | undefined {
    const { dueAt, id } = followUp;
    const where = and(eq(followUp.pluginConfigId, pluginConfigId), lte(dueAt, now));
    const row = this.#db.select().from(followUp).where(where).orderBy(asc(dueAt), asc(id)).limit(1).get();
    if (row && row.openLength !== null) this.#db.update(followUp).set({ openLength: null }).where(eq(id, row.id)).run();
    return row;
  }

  byId(id: number): FollowUp | undefined {
    return this.#db.select().from(followUp).where(eq(followUp.id, id)).get();
  }

  /** Where the events of a follow-up are kept, in their order. */
  eventsOf(id: number): StoredBody[] {
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

  /** Removes follow-ups of a config that are no exports, some at a time. @returns where their events were kept, and how many they were */
  removeCalls(pluginConfigId: number): { count: number; gone: StoredBody[] } {
    const { id, function: name } = followUp;
    const where = and(eq(followUp.pluginConfigId, pluginConfigId), ne(name, "exportEvents"));
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

const isOpen = (pluginConfigId: number) =>
  and(eq(followUp.pluginConfigId, pluginConfigId), isNotNull(followUp.openLength));
