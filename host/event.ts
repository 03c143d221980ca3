/** Any value that JSON can carry. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/**
 * The event as `processEvent` sees it: PostHog's PluginEvent. The named fields are trusted: they never come
 * from the client's body (a valid client `uuid` is kept). Every other top-level key of the body is passed through.
 */
export interface PluginEvent {
  uuid: string;
  /** A non-empty string in practice; plugins may see any truthy JSON, as in PostHog. */
  event: Json;
  /** At most 200 characters. */
  distinct_id: string;
  properties: JsonObject;
  /** The client's address, or null when it is not known. */
  ip: string | null;
  /** Scheme and host that received the event, without a trailing slash. */
  site_url: string | null;
  team_id: number;
  /** When the server received the event, ISO 8601. */
  now: string;
  /** When the client says it sent the request, ISO 8601; null when it does not say. */
  sent_at: string | null;
  [key: string]: Json;
}

/** What only the capture request knows. It travels with the message, because the consumer has no request. */
export interface RequestContext {
  /** The client's address as it was when the request came in; null when it is not known, and where the team discards it. */
  ip: string | null;
  userAgent: string | null;
  /** The header `x-hoglet-consent`. */
  consent: string | null;
  /** Whether there was `Sec-GPC: 1`, and `DNT: 1`; null when there was no request. */
  globalPrivacyControl: boolean | null;
  doNotTrack: boolean | null;
  /** From `request.cf`; null locally. */
  botScore: number | null;
  /** From `request.cf`; null where Cloudflare does not say, and locally, where it is a fixed place. */
  geo: Place | null;
}

/** Where a client is, as far as Cloudflare knows. */
export interface Place {
  country: string | null;
  city: string | null;
  region: string | null;
  regionCode: string | null;
  continent: string | null;
  postalCode: string | null;
  latitude: number | null;
  longitude: number | null;
  timeZone: string | null;
  asn: number | null;
  asOrganization: string | null;
}

/** One accepted event on its way through a team's object. */
export interface Message {
  /** UUIDv7 given at capture; unique per accepted event, also when clients repeat a `uuid`. */
  id: string;
  event: PluginEvent;
  /** Milliseconds since the epoch, the server's clock. */
  receivedAt: number;
  request: RequestContext;
  /** How many `posthog.capture` calls of plugins led to this event; 0 for a client's own. */
  hops: number;
  /** Set for what Hoglet tells of plugins: one that were given it would have something to tell of it for ever. */
  isReport?: true;
}

/** Whether plugins are given an event: not replay chunks, and not reports on themselves. */
export const isForPlugins = ({ event, isReport }: Pick<Message, "event" | "isReport">): boolean =>
  event.event !== "$snapshot" && !isReport;
