import { backoffMs } from "../../delivery/backoff.ts";
import type { OutgoingEvent } from "../../delivery/outgoing.ts";
import { sendBatch } from "../../delivery/posthog.ts";
import type { BatchResult } from "../../delivery/posthog.ts";
import { MissingBodyError } from "../bodies.ts";
import type { Bodies } from "../bodies.ts";
import type { Budget } from "../work/budget.ts";
import type { Facts } from "../facts.ts";
import type { Outbox, OutboxRow } from "./outbox.ts";
import type { Sideline } from "../work/sideline.ts";
import type { TeamStatus } from "../team-status.ts";

/** Where a team's events go: its PostHog, or the local store when it has none. */
export type Destination = { host: string; apiKey: string | null } | null;

export interface DeliveryDeps {
  outbox: Outbox;
  bodies: Bodies;
  facts: Facts;
  destination(): Promise<Destination>;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Takes the team's secrets out of what PostHog answers. */
  redact(text: string): string;
  now(): number;
  random(): number;
}

/** Empties the outbox into the destination. A failure waits and is tried again, without end and in order. */
export class Delivery implements Sideline {
  readonly #deps: DeliveryDeps;
  #isUnderWay = false;
  #pause: TeamStatus["delivery"];

  constructor(deps: DeliveryDeps) {
    this.#deps = deps;
    this.#pause = deps.facts.get("delivery") ?? null;
  }

  /** What stands in the way of delivery at the moment, if anything. */
  get pause(): TeamStatus["delivery"] {
    return this.#pause;
  }

  nextDue(): number | null {
    if (this.#isUnderWay || this.#deps.outbox.isEmpty()) return null;
    return this.#pause?.dueAt ?? this.#deps.now();
  }

  start(budget: Budget): Promise<void> | null {
    const dueAt = this.nextDue();
    if (dueAt === null || dueAt > this.#deps.now()) return null;
    this.#isUnderWay = true;
    return this.#run(budget).finally(() => {
      this.#isUnderWay = false;
    });
  }

  /** Delivers until the outbox is empty, the destination asks for a pause, or the budget is used up. */
  async #run(budget: Budget): Promise<void> {
    const { outbox, now } = this.#deps;
    while (budget.isLeft && (this.#pause?.dueAt ?? 0) <= now()) {
      const rows = outbox.nextBatch();
      if (rows.length === 0) return;
      try {
        await this.#deliver(rows, await this.#deps.destination());
      } catch (error) {
        // The host failed, as when R2 or the registry cannot be reached: no less a reason to wait.
        this.#wait({ outcome: "retry", reason: `delivery failed: ${String(error)}` });
      }
    }
  }

  /** Tries again at once, whatever was waited for: the destination may be another one now. */
  retryNow(): void {
    if (!this.#pause) return;
    this.#pause = null;
    this.#deps.facts.forget("delivery");
  }

  /** @returns whether the rows have left the outbox */
  async #deliver(rows: OutboxRow[], destination: Destination): Promise<boolean> {
    const { outbox, bodies, now, redact } = this.#deps;
    const events = await this.#eventsOf(rows);
    if (!events) return false;
    if (destination === null) {
      const replaced = outbox.keepLocally(
        rows.map((row, i) => ({ ...row, identity: identityOf(events[i] ?? "{}") })),
        now(),
      );
      await bodies.delete(replaced);
      return true;
    }
    const result = await this.#send(destination, events);
    switch (result.outcome) {
      case "delivered":
        outbox.delivered(rows);
        this.retryNow();
        await bodies.delete(rows);
        return true;
      case "rejected":
        outbox.bury(rows, result.status, redact(result.body), now());
        this.retryNow();
        return true;
      case "split": {
        const half = Math.ceil(rows.length / 2);
        return (await this.#deliver(rows.slice(0, half), destination)) && this.#deliver(rows.slice(half), destination);
      }
      case "retry":
        this.#wait(result);
        return false;
    }
  }

  async #send({ host, apiKey }: { host: string; apiKey: string | null }, events: string[]): Promise<BatchResult> {
    const { fetch, now } = this.#deps;
    if (apiKey === null)
      return {
        outcome: "retry",
        reason: "the team has no project key to deliver with: add one, or set posthog_api_key",
      };
    return sendBatch({ host, apiKey, events, sentAt: now(), fetch });
  }

  /** @returns undefined after an event that was lost in R2 has been given up: the batch is to be taken anew */
  async #eventsOf(rows: OutboxRow[]): Promise<string[] | undefined> {
    const { bodies, outbox, now } = this.#deps;
    const bodyOf = async (row: OutboxRow): Promise<string | undefined> => {
      try {
        return await bodies.get(row);
      } catch (error) {
        if (!(error instanceof MissingBodyError)) throw error;
        outbox.bury([row], 0, error.message, now());
        return undefined;
      }
    };
    const events = await Promise.all(rows.map(bodyOf));
    return events.every((event) => event !== undefined) ? events : undefined;
  }

  #wait({ reason: told, retryAfterMs }: BatchResult & { outcome: "retry" }): void {
    const { facts, now, random, redact } = this.#deps;
    const reason = redact(told);
    const attempts = (this.#pause?.attempts ?? 0) + 1;
    this.#pause = { attempts, dueAt: now() + backoffMs(attempts, random(), retryAfterMs), reason };
    facts.set("delivery", this.#pause);
    console.warn(`delivery waits: ${reason}`);
  }
}

/** What PostHog de-duplicates by. */
function identityOf(json: string): string {
  const { uuid, event, timestamp, distinct_id } = JSON.parse(json) as OutgoingEvent;
  return JSON.stringify([uuid, event, timestamp, distinct_id]);
}
