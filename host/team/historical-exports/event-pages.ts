import { HostError } from "../../../runtime/host-error.ts";
import { MAX_EVENT_LEVELS } from "../../../runtime/json-depth.ts";
import { openEgress } from "../../capabilities/index.ts";
import { provideApi, type PosthogAccount } from "../../capabilities/posthog-api.ts";
import type { RequestRate } from "../../capabilities/request-rate.ts";
import { parseRetryAfter } from "../../delivery/retry-after.ts";
import type { JsonObject } from "../../event.ts";
import { isObject } from "../../is-object.ts";
import { isDeeperThan } from "../../json-depth.ts";
import type { EgressStats } from "../insight/egress-stats.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import type { Meter } from "../quotas/meter.ts";

/** What is asked of PostHog: events from one time to another, the earliest first. Times are milliseconds since the epoch. */
export interface PageQuery {
  from: number;
  to: number;
  skip: number;
  limit: number;
}

/** Some of the events that were asked for. */
export interface EventPage {
  /** As PostHog has them, the earliest first. */
  events: JsonObject[];
  /** How many were left out because they have more levels than any event. */
  tooDeep: number;
  /** How many PostHog has sent, for the next page's `skip`. */
  count: number;
  hasMore: boolean;
}

/** Why there is no page. */
export interface NoPage {
  reason: string;
  /** Whether it may be there later. */
  mayPass: boolean;
  /** Whether a smaller page may be there. */
  isTooLarge: boolean;
  /** How long PostHog asks to wait, in milliseconds. */
  retryAfterMs?: number;
}

export interface EventPagesDeps {
  /** Counts the requests. */
  meter: Meter;
  rate: RequestRate;
  /** Counts what goes out and comes back. */
  traffic: Pick<EgressStats, "note">;
  /** What the team has of its PostHog at the moment. */
  account(): PosthogAccount | null;
  now(): number;
}

const PATH = "/api/projects/@current/events";
/** The times that PostHog compares with are exclusive. */
const STEP_MS = 1;
/** Characters of an answer that are worth telling. */
const MAX_TOLD = 300;
const decoder = new TextDecoder();

/** Old events of a team, as its PostHog has them: read with the team's personal key, within the limits of a config's requests. */
export class EventPages {
  readonly #deps: EventPagesDeps;

  constructor(deps: EventPagesDeps) {
    this.#deps = deps;
  }

  /** Reads one page. What is asked for is also told apart here, so that no event is in two windows. */
  async read(plugin: PluginConfig, { from, to, skip, limit }: PageQuery): Promise<EventPage | NoPage> {
    const answer = await this.#ask(plugin, {
      after: isoOf(from - STEP_MS),
      before: isoOf(to),
      orderBy: '["timestamp"]',
      limit: String(limit),
      offset: String(skip),
    });
    if ("reason" in answer) return answer;
    const wanted = answer.results
      .map((event) => ({ at: timeOf(event), event }))
      .filter(({ at }) => at >= from && at < to)
      .toSorted((a, b) => a.at - b.at);
    const events = wanted.map(({ event }) => event).filter((event) => !isDeeperThan(event, MAX_EVENT_LEVELS));
    const count = answer.results.length;
    const hasMore = count > 0 && (answer.hasNext || count >= limit);
    return { events, tooDeep: wanted.length - events.length, count, hasMore };
  }

  /** The time of the team's first event; null when it cannot be told. */
  async firstTime(plugin: PluginConfig): Promise<{ at: number | null } | NoPage> {
    const query = { after: isoOf(0), orderBy: '["timestamp"]', limit: "2" };
    const answer = await this.#ask(plugin, query);
    if ("reason" in answer) return answer;
    const [first = Number.NaN, second = first] = answer.results.map(timeOf);
    // A PostHog that gives the latest first does not say which is the first.
    return { at: Number.isNaN(first) || second < first ? null : first };
  }

  async #ask(
    plugin: PluginConfig,
    query: Record<string, string>,
  ): Promise<{ results: JsonObject[]; hasNext: boolean } | NoPage> {
    const { account, meter, now, rate, traffic } = this.#deps;
    const scope = { signal: new AbortController().signal };
    const api = provideApi(openEgress({ plugin, meter, rate, traffic, hostNow: now, scope }), account);
    try {
      const { status, headers, body } = await api({ method: "get", path: PATH, data: JSON.stringify(query) });
      const text = decoder.decode(body);
      if (status < 200 || status >= 300) {
        const [, header = null] = headers.find(([name]) => name.toLowerCase() === "retry-after") ?? [];
        const retryAfterMs = parseRetryAfter(header, now());
        const mayPass = status === 408 || status === 429 || status >= 500;
        const reason = `PostHog answered ${status}: ${text.slice(0, MAX_TOLD)}`;
        return { reason, mayPass, isTooLarge: false, ...(retryAfterMs !== undefined && { retryAfterMs }) };
      }
      return readList(text);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      const mayPass = error.name === "NetworkError" || error.name === "RateLimitError";
      return { reason: error.message, mayPass, isTooLarge: error.name === "RangeError" };
    }
  }
}

function readList(text: string): { results: JsonObject[]; hasNext: boolean } | NoPage {
  const list = parse(text);
  const results = isObject(list) ? list["results"] : undefined;
  if (
    !isObject(list) ||
    !Array.isArray(results) ||
    !results.every((event) => isObject(event) && !Number.isNaN(timeOf(event)))
  )
    return {
      reason: `PostHog answered no list of events: ${text.slice(0, MAX_TOLD)}`,
      mayPass: false,
      isTooLarge: false,
    };
  return { results: results as JsonObject[], hasNext: typeof list["next"] === "string" };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isoOf = (at: number): string => new Date(Math.max(at, 0)).toISOString();

const timeOf = (event: Record<string, unknown>): number =>
  typeof event["timestamp"] === "string" ? Date.parse(event["timestamp"]) : Number.NaN;
