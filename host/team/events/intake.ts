import type { Rejection } from "../../capture/rejection.ts";
import type { AcceptedEvent } from "./accepted-event.ts";
import type { Bodies } from "../bodies.ts";
import type { TeamDatabase } from "../database.ts";
import type { Inbox, NewInboxRow } from "./inbox.ts";
import type { IngestionWarnings } from "../insight/ingestion-warnings.ts";

export interface IntakeDeps {
  db: TeamDatabase;
  inbox: Inbox;
  bodies: Bodies;
  warnings: IngestionWarnings;
  now(): number;
  /** Which shard keeps the events of a person, and whether that is this one. */
  shardOf(distinctId: string): { shard: number; isOwn: boolean };
  /** Puts events into another shard's inbox; they are safe when this resolves. */
  forward(shard: number, events: AcceptedEvent[]): Promise<void>;
}

/** The way into the inbox: for what clients send, and for what the team's own plugins make. */
export class Intake {
  readonly #deps: IntakeDeps;

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  /** Puts events that are this shard's into the inbox; durable when it resolves. */
  async append(events: readonly AcceptedEvent[], rejections: readonly Rejection[]): Promise<void> {
    const { db, inbox, bodies, warnings, now } = this.#deps;
    const rows = await this.#rows(events);
    try {
      db.transaction(() => {
        inbox.append(rows, now());
        warnings.record(rejections, now());
      });
    } catch (error) {
      await bodies.delete(rows);
      throw error;
    }
  }

  /**
   * Makes events of plugins ready: those of other shards are safe there when this resolves, as what follows may be
   * run again but not forgotten.
   * @returns this shard's rows, for the caller to append in the transaction that ends the call they come from
   */
  async prepare(events: readonly AcceptedEvent[]): Promise<NewInboxRow[]> {
    const own: AcceptedEvent[] = [];
    const others = new Map<number, AcceptedEvent[]>();
    for (const event of events) {
      const { shard, isOwn } = this.#deps.shardOf(event.distinctId);
      if (isOwn) own.push(event);
      else others.set(shard, [...(others.get(shard) ?? []), event]);
    }
    for (const [shard, theirs] of others) await this.#deps.forward(shard, theirs);
    return this.#rows(own);
  }

  async #rows(events: readonly AcceptedEvent[]): Promise<NewInboxRow[]> {
    return Promise.all(
      events.map(async ({ distinctId, json, progress, isCreated = false }) => ({
        distinctId,
        isCreated,
        ...(progress && { progress }),
        ...(await this.#deps.bodies.put(json)),
      })),
    );
  }
}
