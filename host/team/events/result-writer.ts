import { backoffMs } from "../../delivery/backoff.ts";
import { outgoingJson } from "../../delivery/outgoing-json.ts";
import { toOutgoing } from "../../delivery/outgoing.ts";
import type { Message, PluginEvent } from "../../event.ts";
import { createdEvent } from "./accepted-event.ts";
import type { Bodies, StoredBody } from "../bodies.ts";
import type { TeamDatabase } from "../database.ts";
import { callsLeftBy } from "../follow-ups/follow-up-planner.ts";
import type { FollowUpPlanner, LeftCall } from "../follow-ups/follow-up-planner.ts";
import type { Inbox, InboxRow } from "./inbox.ts";
import type { Ledger } from "../insight/ledger.ts";
import type { NewOutboxRow, Outbox } from "./outbox.ts";
import type { Outcomes, PluginOutcome } from "../insight/outcomes.ts";
import type { Next } from "./passage.ts";
import type { PipelineResult } from "./pipeline.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import { processedMessage } from "./processed-event.ts";
import type { Progress } from "./progress.ts";
import type { RecentEvents } from "../insight/recent-events.ts";
import type { PreparedRequests, RequestWriter } from "../request-writer.ts";

export interface ResultWriterDeps {
  db: TeamDatabase;
  inbox: Inbox;
  outbox: Outbox;
  ledger: Ledger;
  bodies: Bodies;
  planner: FollowUpPlanner;
  requests: RequestWriter;
  outcomes: Outcomes;
  recent: RecentEvents;
  now(): number;
  random(): number;
}

/** An event as it was taken from the inbox. */
export interface InHand {
  row: InboxRow;
  /** JSON of the message as it came. */
  body: string;
  /** The same, with what plugins have made of it since. */
  message: Message;
}

/** What becomes of an event, ready to be written: its row is replaced by this, or kept with another body. */
type Prepared = { row: InboxRow; taken: string; outcomes: PluginOutcome[] } & (
  | {
      kind: "deliver";
      leaving: NewOutboxRow;
      event: PluginEvent;
      calls: LeftCall[];
      length: number;
      processed: StoredBody;
    }
  | { kind: "drop" }
  | { kind: "hold"; progress: Progress; body: StoredBody | null }
);

const NOWHERE: StoredBody = { body: null, blobKey: null };
const encoder = new TextEncoder();

/** Writes what the plugins made of events: all of it in one transaction, or nothing. */
export class ResultWriter {
  readonly #deps: ResultWriterDeps;

  constructor(deps: ResultWriterDeps) {
    this.#deps = deps;
  }

  /** @param configs of the plugins, some of which may have functions to be called afterwards */
  async write(taken: readonly InHand[], result: PipelineResult, configs: readonly PluginConfig[]): Promise<void> {
    const { bodies, requests } = this.#deps;
    const added = result.added.map(({ message, progress }) => createdEvent(message, progress));
    const asked = await requests.prepare(result.requests, added);
    const ready: Prepared[] = [];
    try {
      for (const [i, { next, outcomes }] of result.events.entries()) {
        const inHand = taken[i];
        if (inHand) ready.push(await this.#prepare(inHand, next, outcomes, configs));
      }
      this.#commit(ready, result, asked);
    } catch (error) {
      await bodies.delete(ready.flatMap(bodiesOf));
      await requests.discard(asked);
      throw error;
    }
    await bodies.delete(ready.filter((each) => each.kind !== "hold" || each.body !== null).map(({ row }) => row));
  }

  async #prepare(
    { row, body, message }: InHand,
    next: Next,
    outcomes: PluginOutcome[],
    configs: readonly PluginConfig[],
  ): Promise<Prepared> {
    const { bodies } = this.#deps;
    const about = { row, taken: body, outcomes };
    if (next.kind === "drop") return { ...about, kind: "drop" };
    if (next.kind !== "deliver") {
      const isUnchanged = next.progress.done.length === row.progress.done.length;
      const stored = isUnchanged ? null : await bodies.put(JSON.stringify(next.message));
      return { ...about, kind: "hold", progress: next.progress, body: stored };
    }
    const { event } = next;
    const outgoing = toOutgoing(event, message.receivedAt, message.id);
    const json = outgoingJson(outgoing);
    const leaving = { uuid: outgoing.uuid, bytes: encoder.encode(json).length, ...(await bodies.put(json)) };
    const passed = { ...message, event };
    const calls = callsLeftBy(passed, configs);
    if (calls.length === 0) return { ...about, kind: "deliver", leaving, event, calls, length: 0, processed: NOWHERE };
    const left = processedMessage(passed, outgoing);
    const { length } = JSON.stringify(left.event);
    const processed = await bodies.put(JSON.stringify(left));
    return { ...about, kind: "deliver", leaving, event, calls, length, processed };
  }

  #commit(ready: readonly Prepared[], result: PipelineResult, asked: PreparedRequests): void {
    const { db, inbox, outbox, ledger, planner, requests, outcomes, recent, now, random } = this.#deps;
    // One for all, so that a batch which is held comes back as one.
    const lot = random();
    const waiting = new Set<string>();
    db.transaction(() => {
      for (const each of ready) {
        const { row, kind, taken } = each;
        if (kind === "hold") {
          const until = each.outcomes.at(-1)?.quota?.resetsAt;
          const dueAt = until ?? now() + backoffMs(each.progress.holds, lot);
          inbox.hold(row.seq, each.progress, waiting.has(row.distinctId) ? null : dueAt, each.body);
          waiting.add(row.distinctId);
          continue;
        }
        inbox.remove(row);
        if (kind === "drop") ledger.add("dropped", 1, each.outcomes.at(-1)?.pluginConfigId);
        if (kind === "deliver") {
          outbox.append(each.leaving);
          planner.plan(each.calls, each.processed, each.length, now());
        }
        recent.add(taken, kind === "deliver" ? each.event : null, each.outcomes);
      }
      requests.write(asked);
      for (const { outcome, eventUuid } of result.calls) outcomes.record(outcome, eventUuid, now());
    });
  }
}

function bodiesOf(ready: Prepared): StoredBody[] {
  if (ready.kind === "deliver") return [ready.leaving, ready.processed];
  return ready.kind === "hold" && ready.body !== null ? [ready.body] : [];
}
