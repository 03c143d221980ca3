import type { RequestContext } from "../event.ts";
import { MAX_USER_AGENT_LENGTH } from "./limits.ts";
import { cut } from "./utf8.ts";

/**
 * What the event's later stations want to know of the request.
 *
 * @param trustCf whether `request.cf` describes the client; locally it is a fixed place.
 */
export function readRequestContext(request: Request, trustCf: boolean): RequestContext {
  const userAgent = request.headers.get("user-agent");
  return {
    userAgent: userAgent ? cut(userAgent, MAX_USER_AGENT_LENGTH) : null,
    geo: trustCf ? readGeo(request.cf) : null,
  };
}

function readGeo(cf: Request["cf"]): RequestContext["geo"] {
  const { country, city, asn } = cf ?? {};
  const geo = {
    country: typeof country === "string" ? country : null,
    city: typeof city === "string" ? city : null,
    asn: typeof asn === "number" ? asn : null,
  };
  return geo.country === null && geo.city === null && geo.asn === null ? null : geo;
}

/** The client's address as Cloudflare saw it. No other header is believed: clients write them. */
export function readClientIp(request: Request): string | null {
  return request.headers.get("cf-connecting-ip")?.trim() || null;
}
