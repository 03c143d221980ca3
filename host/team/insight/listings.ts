import { and, desc, eq, gt, lt, or, sql } from "drizzle-orm";

import type { JsonObject } from "../../event.ts";
import type { Bodies } from "../bodies.ts";
import type { TeamDatabase } from "../database.ts";
import { readEvents } from "./json-page.ts";
import type { KeptLogEntry } from "./log.ts";
import { isWanted, type LogFilter } from "./log-filter.ts";
import type { PluginOutcome } from "./outcomes.ts";
import { deadLetter, ingestionWarning, localEvent, logEntry, outcome } from "../schema.ts";

/** One page of a list, newest first. `next` goes into the next page's `before`; null on the last page. */
export interface Page<Item> {
  results: Item[];
  next: number | null;
}

export interface PageQuery {
  /** The most items of a page; large events make it shorter. */
  limit: number;
  /** Only what is older than this number. */
  before?: number;
}

export interface DeadLetter {
  id: number;
  uuid: string;
  /** No more than the uuid when the body was lost. */
  event: JsonObject;
  /** The HTTP status and answer of the other side; 0, and what went wrong, when nobody has answered. */
  status: number;
  answer: string;
  at: number;
  /** The config whose function gave up on the event; null for one on its way to the destination. */
  pluginConfigId: number | null;
  /** `onEvent`, `exportEvents` or `composeWebhook`; `webhook` for a request and `jobs.NAME` for a job, which then stands for the event. */
  function: string | null;
}

export interface RecordedOutcome extends PluginOutcome {
  id: number;
  at: number;
  eventUuid: string | null;
}

/** Which outcomes are wanted; all of what is named has to fit. */
export interface OutcomeFilter {
  kind?: string;
  pluginConfigId?: number;
  function?: string;
  /** Of the event that the call was for, alone or among others. */
  eventUuid?: string;
  /** Later, and earlier, than this: milliseconds since the epoch. */
  after?: number;
  before?: number;
}

/** What the API reads out of a team object. */
export class Listings {
  readonly #db: TeamDatabase;
  readonly #bodies: Bodies;
  readonly #redact: (text: string) => string;

  /** @param redact takes the team's secrets out of a text */
  constructor(db: TeamDatabase, bodies: Bodies, redact: (text: string) => string) {
    this.#db = db;
    this.#bodies = bodies;
    this.#redact = redact;
  }

  async events({ limit, before }: PageQuery): Promise<Page<JsonObject>> {
    const where = before === undefined ? undefined : lt(localEvent.seq, before);
    const { seq, identity } = localEvent;
    const rows = this.#db
      .select({ id: seq, identity })
      .from(localEvent)
      .where(where)
      .orderBy(desc(seq))
      .limit(limit)
      .all();
    const events = await readEvents(this.#bodies, rows, ({ id }) => this.#localBody(id));
    const results = events.map((event, i) => event ?? identified(rows[i]?.identity ?? "[]"));
    return { results, next: nextOf(rows, limit, results.length) };
  }

  async deadLetters({ limit, before }: PageQuery): Promise<Page<DeadLetter>> {
    const where = before === undefined ? undefined : lt(deadLetter.seq, before);
    const { seq, uuid, status, answer, at, pluginConfigId, function: name } = deadLetter;
    const columns = { id: seq, uuid, status, answer, at, pluginConfigId, function: name };
    const rows = this.#db.select(columns).from(deadLetter).where(where).orderBy(desc(seq)).limit(limit).all();
    const events = await readEvents(this.#bodies, rows, ({ id }) => this.#deadBody(id));
    const results = rows
      .slice(0, events.length)
      .map((row, i): DeadLetter => ({ ...row, event: this.#shown(row.function, events[i] ?? { uuid: row.uuid }) }));
    return { results, next: nextOf(rows, limit, results.length) };
  }

  outcomes({ limit, before }: PageQuery, filter: OutcomeFilter = {}): Page<RecordedOutcome> {
    const { kind, pluginConfigId, function: name, eventUuid } = filter;
    const { after, before: until } = filter;
    const where = and(
      before === undefined ? undefined : lt(outcome.id, before),
      kind === undefined ? undefined : eq(outcome.kind, kind),
      pluginConfigId === undefined ? undefined : eq(outcome.pluginConfigId, pluginConfigId),
      name === undefined ? undefined : sql`${outcome.outcome} ->> '$.function' = ${name}`,
      eventUuid === undefined ? undefined : or(eq(outcome.eventUuid, eventUuid), inBatch(eventUuid)),
      after === undefined ? undefined : gt(outcome.at, after),
      until === undefined ? undefined : lt(outcome.at, until),
    );
    const rows = this.#db.select().from(outcome).where(where).orderBy(desc(outcome.id)).limit(limit).all();
    return { results: rows.map(toRecorded), next: nextOf(rows, limit) };
  }

  outcome(id: number): RecordedOutcome | undefined {
    const row = this.#db.select().from(outcome).where(eq(outcome.id, id)).get();
    return row && toRecorded(row);
  }

  ingestionWarnings({ limit, before }: PageQuery): Page<typeof ingestionWarning.$inferSelect> {
    const where = before === undefined ? undefined : lt(ingestionWarning.id, before);
    const rows = this.#db
      .select()
      .from(ingestionWarning)
      .where(where)
      .orderBy(desc(ingestionWarning.id))
      .limit(limit)
      .all();
    return { results: rows, next: nextOf(rows, limit) };
  }

  logs({ limit, before }: PageQuery, filter: LogFilter = {}): Page<KeptLogEntry> {
    const where = and(before === undefined ? undefined : lt(logEntry.id, before), isWanted(filter));
    const rows = this.#db.select().from(logEntry).where(where).orderBy(desc(logEntry.id)).limit(limit).all();
    return { results: rows, next: nextOf(rows, limit) };
  }

  /** Events are shown as they are. The payload of a job is text, of which secrets are left out. */
  #shown(name: string | null, event: JsonObject): JsonObject {
    if (name?.startsWith("jobs.") !== true) return event;
    const { payload } = event;
    return { ...event, payload: typeof payload === "string" ? this.#redact(payload) : null };
  }

  #localBody(id: number) {
    const { body, blobKey, seq } = localEvent;
    return this.#db.select({ body, blobKey }).from(localEvent).where(eq(seq, id)).get() ?? GONE;
  }

  #deadBody(id: number) {
    const { body, blobKey, seq } = deadLetter;
    return this.#db.select({ body, blobKey }).from(deadLetter).where(eq(seq, id)).get() ?? GONE;
  }
}

/** A batch's outcome names its events itself. */
const inBatch = (eventUuid: string) =>
  sql`(${outcome.eventUuid} is null and exists (select 1 from json_each(${outcome.outcome}, '$.results') as each where each.value ->> 'uuid' = ${eventUuid}))`;
function toRecorded({ id, at, eventUuid, outcome: json }: typeof outcome.$inferSelect): RecordedOutcome {
  return { ...(JSON.parse(json) as PluginOutcome), id, at, eventUuid };
}

const GONE = { body: null, blobKey: null };

/** What is known of a local event without its body. */
function identified(identity: string): JsonObject {
  const [uuid = null, event = null, timestamp = null, distinct_id = null] = JSON.parse(identity) as (string | null)[];
  return { uuid, event, timestamp, distinct_id };
}

/** @param taken how many of the rows are on the page */
function nextOf(rows: readonly { id: number }[], limit: number, taken = rows.length): number | null {
  return taken === rows.length && rows.length < limit ? null : (rows[taken - 1]?.id ?? null);
}
