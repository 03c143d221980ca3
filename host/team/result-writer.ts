import { backoffMs } from "../delivery/backoff.ts";
import { outgoingJson } from "../delivery/outgoing-json.ts";
import { toOutgoing } from "../delivery/outgoing.ts";
import type { Message, PluginEvent } from "../event.ts";
import { acceptedEvent } from "./accepted-event.ts";
import type { Bodies, StoredBody } from "./bodies.ts";
import type { TeamDatabase } from "./database.ts";
import type { Inbox, InboxRow, NewInboxRow } from "./inbox.ts";
import type { Intake } from "./intake.ts";
import type { Jobs } from "./jobs.ts";
import type { NewOutboxRow, Outbox } from "./outbox.ts";
import type { Outcomes } from "./outcomes.ts";
import type { PipelineResult } from "./pipeline.ts";
import type { Progress } from "./progress.ts";
import type { RecentEvents } from "./recent-events.ts";

export interface ResultWriterDeps {
  db: TeamDatabase;
  inbox: Inbox;
  intake: Intake;
  outbox: Outbox;
  bodies: Bodies;
  jobs: Jobs;
  outcomes: Outcomes;
  recent: RecentEvents;
  now(): number;
  random(): number;
}

/** What becomes of the event: its row is replaced by this, or kept with another body. */
type Next =
  | { kind: "hold"; progress: Progress; body: StoredBody | null }
  | { kind: "deliver"; row: NewOutboxRow; event: PluginEvent }
  | { kind: "drop" };

/** An event as it was taken from the inbox, and what plugins have made of it since. */
export interface InHand {
  /** JSON of the message as it came. */
  body: string;
  /** The event's uuid as it came. */
  uuid: string;
  message: Message;
}

const encoder = new TextEncoder();

/** Writes what the plugins made of an event: all of it in one transaction, or nothing. */
export class ResultWriter {
  readonly #deps: ResultWriterDeps;

  constructor(deps: ResultWriterDeps) {
    this.#deps = deps;
  }

  async write(row: InboxRow, taken: InHand, result: PipelineResult): Promise<void> {
    const { bodies, intake } = this.#deps;
    const arriving = await intake.prepare([
      ...result.added.map((added) => acceptedEvent(added.message, added.progress)),
      ...result.requests.captured.map((captured) => acceptedEvent(captured)),
    ]);
    const next = await this.#prepare(row, taken.message, result);
    try {
      this.#commit(row, taken, result, arriving, next);
    } catch (error) {
      await bodies.delete([...arriving, ...bodyOf(next)]);
      throw error;
    }
    if (next.kind !== "hold" || next.body !== null) await bodies.delete([row]);
  }

  async #prepare(row: InboxRow, message: Message, { next }: PipelineResult): Promise<Next> {
    const { bodies } = this.#deps;
    if (next.kind === "drop") return next;
    if (next.kind === "deliver") {
      const { uuid, json } = leaving(next.event, message);
      const bytes = encoder.encode(json).length;
      return { kind: "deliver", event: next.event, row: { uuid, bytes, ...(await bodies.put(json)) } };
    }
    const { progress } = next;
    const isUnchanged = progress.done.length === row.progress.done.length;
    return { kind: "hold", progress, body: isUnchanged ? null : await bodies.put(JSON.stringify(next.message)) };
  }

  #commit(row: InboxRow, { body, uuid }: InHand, result: PipelineResult, arriving: NewInboxRow[], next: Next): void {
    const { db, inbox, jobs, outbox, outcomes, recent, now, random } = this.#deps;
    db.transaction(() => {
      if (next.kind === "hold")
        inbox.hold(row.seq, next.progress, now() + backoffMs(next.progress.holds, random()), next.body);
      else {
        inbox.remove(row);
        if (next.kind === "deliver") outbox.append(next.row);
        recent.add(body, next.kind === "deliver" ? next.event : null, result.outcomes);
      }
      inbox.append(arriving, now());
      for (const job of result.requests.jobs) jobs.add(job);
      for (const outcome of result.outcomes) outcomes.record(outcome, uuid, now());
    });
  }
}

function bodyOf(next: Next): StoredBody[] {
  if (next.kind === "deliver") return [next.row];
  return next.kind === "hold" && next.body !== null ? [next.body] : [];
}

function leaving(event: PluginEvent, { receivedAt, id }: Message): { uuid: string; json: string } {
  const outgoing = toOutgoing(event, receivedAt, id);
  return { uuid: outgoing.uuid, json: outgoingJson(outgoing) };
}
