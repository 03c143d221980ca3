import { HostError } from "../../runtime/host-error.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import type { Invocation } from "../team/invocation.ts";

/** `meta.geoip`: what Cloudflare knew of the client's own address when its request came in. */
export function provideGeoip(invocation: Invocation): Capabilities["geoip"] {
  return {
    async locate(ip) {
      const { event, request } = invocation.message ?? {};
      if (!request?.geo || event?.ip !== ip)
        throw new HostError("Error", "IP location capabilities are not available in this PostHog instance!");
      const { city, country } = request.geo;
      return JSON.stringify({
        ...(city === null ? {} : { city: { names: { en: city } } }),
        ...(country === null ? {} : { country: { isoCode: country } }),
      });
    },
  };
}
