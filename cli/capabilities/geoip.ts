import type { Json } from "../../host/event.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";

/** `meta.geoip` over a table: address -> what `locate` resolves to. Other addresses are unknown. */
export function provideGeoip(places: Readonly<Record<string, Json>>): Capabilities["geoip"] {
  return {
    async locate(ip) {
      const place = Object.hasOwn(places, ip) ? places[ip] : null;
      return place === null ? undefined : JSON.stringify(place);
    },
  };
}
