import type { Place, RequestContext } from "../event.ts";
import { MAX_CONSENT_LENGTH, MAX_USER_AGENT_LENGTH } from "./limits.ts";
import { cut } from "./utf8.ts";

/** What there is to know of an event that no request brought. */
export const NO_REQUEST: RequestContext = {
  ip: null,
  userAgent: null,
  consent: null,
  globalPrivacyControl: null,
  doNotTrack: null,
  botScore: null,
  geo: null,
};

/**
 * What the event's later stations want to know of the request.
 *
 * @param trustCf whether `request.cf` describes the client; locally it is a fixed place.
 */
export function readRequestContext({ headers, cf }: Request, trustCf: boolean, ip: string | null): RequestContext {
  const userAgent = headers.get("user-agent");
  const consent = headers.get("x-hoglet-consent");
  const given: Record<string, unknown> = trustCf && cf ? { ...cf } : {};
  const { score } = (given["botManagement"] ?? {}) as { score?: unknown };
  return {
    ip,
    userAgent: userAgent ? cut(userAgent, MAX_USER_AGENT_LENGTH) : null,
    consent: consent ? cut(consent, MAX_CONSENT_LENGTH) : null,
    globalPrivacyControl: headers.get("sec-gpc") === "1",
    doNotTrack: headers.get("dnt") === "1",
    botScore: typeof score === "number" ? score : null,
    geo: readPlace(given),
  };
}

/** What stands in the place of a country's code where there is none: nowhere, and Tor. */
const NO_COUNTRY = ["XX", "T1"];

function readPlace(cf: Record<string, unknown>): Place | null {
  const text = (name: string): string | null => {
    const value = cf[name];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const degrees = (name: string): number | null => {
    const value = Number(text(name) ?? Number.NaN);
    return Number.isFinite(value) ? value : null;
  };
  const { asn } = cf;
  const country = text("country");
  const place: Place = {
    country: country !== null && NO_COUNTRY.includes(country) ? null : country,
    city: text("city"),
    region: text("region"),
    regionCode: text("regionCode"),
    continent: text("continent"),
    postalCode: text("postalCode"),
    latitude: degrees("latitude"),
    longitude: degrees("longitude"),
    timeZone: text("timezone"),
    asn: typeof asn === "number" ? asn : null,
    asOrganization: text("asOrganization"),
  };
  return Object.values(place).every((value) => value === null) ? null : place;
}

/** The client's address as Cloudflare saw it. No other header is believed: clients write them. */
export function readClientIp(request: Request): string | null {
  return request.headers.get("cf-connecting-ip")?.trim() || null;
}
