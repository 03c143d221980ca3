import { vi } from "vitest";

import type { JsonObject } from "../../../../host/event.ts";

interface OldEvent {
  id: string;
  event: string;
  distinct_id: string;
  timestamp: string;
  properties: JsonObject;
}

/** What PostHog's API of events is: the times are exclusive, and the order is asked for. */
export class EventStore {
  /** The path and query of each request. */
  readonly asked: URL[] = [];
  /** Answers before the store does. */
  intercept: ((url: URL, request: Request) => Response | Promise<Response> | undefined) | undefined;
  readonly #events: OldEvent[] = [];
  isNewestFirst = false;

  /** Stands in the place of the network. */
  static inNetwork(): EventStore {
    const store = new EventStore();
    vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => store.#answer(new Request(url, init)));
    return store;
  }

  /** @param at milliseconds since the epoch */
  add(name: string, at: number, properties: JsonObject = {}): void {
    const id = `uuid of ${name}`;
    this.#events.push({ id, event: name, distinct_id: "somebody", timestamp: timestampOf(at), properties });
  }

  #answer(request: Request): Response | Promise<Response> {
    const url = new URL(request.url);
    const intercepted = this.intercept?.(url, request);
    if (intercepted) return intercepted;
    if (url.pathname !== "/api/projects/@current/events") return new Response("ok");
    this.asked.push(url);
    if (request.headers.get("authorization") !== "Bearer phx_of_the_team") return new Response("no", { status: 401 });
    const query = (name: string) => url.searchParams.get(name);
    const [after, before] = [Date.parse(query("after") ?? ""), Date.parse(query("before") ?? "9999-01-01")];
    const matching = this.#events
      .filter(({ timestamp }) => Date.parse(timestamp) > after && Date.parse(timestamp) < before)
      .sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
    if (this.isNewestFirst || query("orderBy") !== '["timestamp"]') matching.reverse();
    const [offset, limit] = [Number(query("offset") ?? 0), Number(query("limit") ?? 100)];
    const results = matching.slice(offset, offset + limit);
    return Response.json({ results, next: offset + limit < matching.length ? "https://posthog.test/next" : null });
  }
}

/** As PostHog writes it: with microseconds. */
const timestampOf = (at: number): string => new Date(at).toISOString().replace(/(\.\d+)Z$/, "$1000+00:00");
