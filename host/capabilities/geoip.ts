import { HostError } from "../../runtime/host-error.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import { MmdbError } from "../../runtime/mmdb/mmdb-error.ts";
import type { Located } from "../geo/geo-database.ts";
import { recordOfPlace } from "../geo/place-record.ts";
import type { Invocation } from "../team/plugins/invocation.ts";

/**
 * `meta.geoip`: of a client's own address, what Cloudflare knew when the request came in that brought an event in hand; of any other, what the operator's database
 * says.
 * @param lookUp asks that database
 */
export function provideGeoip(
  invocation: Pick<Invocation, "messages">,
  lookUp: (ip: string) => Promise<Located>,
): Capabilities["geoip"] {
  return {
    async locate(ip) {
      const own = invocation.messages.find(({ request }) => request.geo && request.ip === ip)?.request.geo;
      const place = own ? recordOfPlace(own) : await lookUp(ip).catch(refuse);
      if (place === "unavailable") throw new HostError("Error", UNAVAILABLE);
      return place === null ? undefined : JSON.stringify(place);
    },
  };
}

/** PostHog's words, and what to do about it. */
const UNAVAILABLE =
  "IP location capabilities are not available in this PostHog instance! Give Hoglet a database of places: docs/operations.md#places";

/** A database that is broken in places is the operator's to mend; events do not wait for that. */
function refuse(error: unknown): never {
  if (!(error instanceof MmdbError)) throw error;
  throw new HostError("Error", `The database of places is broken: ${error.message}`, { cause: error });
}
