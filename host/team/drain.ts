import { backoffMs } from "../delivery/backoff.ts";
import { outgoingJson } from "../delivery/outgoing-json.ts";
import { toOutgoing } from "../delivery/outgoing.ts";
import type { Message, PluginEvent } from "../event.ts";
import { acceptedEvent } from "./accepted-event.ts";
import { MissingBodyError } from "./bodies.ts";
import type { Bodies, StoredBody } from "./bodies.ts";
import type { TeamDatabase } from "./database.ts";
import type { Inbox, InboxRow, NewInboxRow } from "./inbox.ts";
import type { Intake } from "./intake.ts";
import type { Jobs } from "./jobs.ts";
import type { NewOutboxRow, Outbox } from "./outbox.ts";
import type { Outcomes } from "./outcomes.ts";
import { runPlugins } from "./pipeline.ts";
import type { PipelineResult } from "./pipeline.ts";
import type { Plugin } from "./plugin.ts";
import type { RecentEvents } from "./recent-events.ts";
import type { TeamPlugins } from "./team-plugins.ts";

export interface DrainDeps {
  db: TeamDatabase;
  inbox: Inbox;
  intake: Intake;
  outbox: Outbox;
  bodies: Bodies;
  jobs: Jobs;
  outcomes: Outcomes;
  recent: RecentEvents;
  plugins: TeamPlugins;
  now(): number;
  random(): number;
}

/** What is written when an event has passed the plugins. */
type Next = { hold: StoredBody } | { deliver: { row: NewOutboxRow; json: string } } | { drop: true };

/** Stands for the uuid of an event of which nothing is left. */
const UNKNOWN = "unknown";

const encoder = new TextEncoder();

/** Takes events from the inbox through the plugins to the outbox, one at a time and each in one transaction. */
export class Drain {
  readonly #deps: DrainDeps;

  constructor(deps: DrainDeps) {
    this.#deps = deps;
  }

  nextDue(): number | null {
    return this.#deps.inbox.nextDue();
  }

  /**
   * Processes the next event.
   * @param isSuspicious whether the last run ended in the middle: any event may have been its end
   * @returns the fuel it took, or null when no event is due
   */
  async step(isSuspicious: boolean): Promise<number | null> {
    const { inbox, now, plugins } = this.#deps;
    const row = inbox.next(now());
    return row ? plugins.use((current) => this.#take(row, current, isSuspicious)) : null;
  }

  async #take(row: InboxRow, plugins: readonly Plugin[], isSuspicious: boolean): Promise<number> {
    // Held in advance, so that an event that takes the whole object down with it is not the first in line again.
    if (isSuspicious || row.progress.failures > 0) this.#holdAfterFailure(row);
    try {
      return await this.#process(row, plugins);
    } catch (error) {
      if (error instanceof MissingBodyError) return this.#giveUp(row, error);
      // The host failed on this event, not the plugin: it waits, so that those behind it do not.
      console.error(`event ${row.seq} is held: ${error instanceof Error ? error.stack : String(error)}`);
      this.#holdAfterFailure(row);
      return 0;
    }
  }

  /** What is lost in R2 does not come back: the event must not hold up its person for ever. */
  #giveUp(row: InboxRow, { message }: MissingBodyError): number {
    const { db, inbox, outbox, now } = this.#deps;
    console.error(`event ${row.seq} is given up: ${message}`);
    const { body, blobKey } = row;
    db.transaction(() => {
      inbox.remove(row);
      outbox.addDeadLetter({ uuid: UNKNOWN, body, blobKey, status: 0, answer: message, at: now() });
    });
    return 0;
  }

  #holdAfterFailure({ seq, progress }: InboxRow): void {
    const failures = progress.failures + 1;
    const dueAt = this.#deps.now() + backoffMs(failures, this.#deps.random());
    this.#deps.inbox.hold(seq, { ...progress, failures }, dueAt);
  }

  async #process(row: InboxRow, plugins: readonly Plugin[]): Promise<number> {
    const { bodies, intake } = this.#deps;
    const message = JSON.parse(await bodies.get(row)) as Message;
    const result = await runPlugins({ message, progress: row.progress }, plugins);
    const arriving = await intake.prepare([
      ...result.added.map((added) => acceptedEvent(added.message, added.progress)),
      ...result.requests.captured.map((captured) => acceptedEvent(captured)),
    ]);
    this.#commit(row, message, result, arriving, await this.#next(result, message));
    await bodies.delete([row]);
    return result.outcomes.reduce((fuel, outcome) => fuel + outcome.fuel, 0);
  }

  async #next({ next }: PipelineResult, message: Message): Promise<Next> {
    const { bodies } = this.#deps;
    if (next.kind === "drop") return { drop: true };
    if (next.kind === "hold") return { hold: await bodies.put(JSON.stringify(next.message)) };
    const { uuid, json } = leaving(next.event, message);
    return { deliver: { json, row: { uuid, bytes: encoder.encode(json).length, ...(await bodies.put(json)) } } };
  }

  #commit(row: InboxRow, message: Message, result: PipelineResult, arriving: NewInboxRow[], next: Next): void {
    const { db, inbox, jobs, outbox, outcomes, recent, now, random } = this.#deps;
    db.transaction(() => {
      if ("hold" in next && result.next.kind === "hold") {
        const { progress } = result.next;
        inbox.hold(row.seq, progress, now() + backoffMs(progress.holds, random()), next.hold);
      } else {
        inbox.remove(row);
        if ("deliver" in next) outbox.append(next.deliver.row);
        recent.add(message.event, "deliver" in next ? next.deliver.json : null, result.outcomes);
      }
      inbox.append(arriving, now());
      for (const job of result.requests.jobs) jobs.add(job);
      for (const outcome of result.outcomes) outcomes.record(outcome, message.event.uuid, now());
    });
  }
}

function leaving(event: PluginEvent, { receivedAt, id }: Message): { uuid: string; json: string } {
  const outgoing = toOutgoing(event, receivedAt, id);
  return { uuid: outgoing.uuid, json: outgoingJson(outgoing) };
}
