import { afterEach, expect, test, vi } from "vitest";

import { provideGeoip } from "../../../host/capabilities/geoip.ts";
import { NO_REQUEST } from "../../../host/capture/request-context.ts";
import type { Message, Place } from "../../../host/event.ts";
import { FileCache } from "../../../host/files/file-cache.ts";
import { GEO_KEY, GeoDatabase } from "../../../host/geo/geo-database.ts";
import { Unsigned } from "../../cli/mmdb/encode-value.ts";
import { writeMmdb } from "../../cli/mmdb/write-mmdb.ts";
import { loadPlugin } from "../../runtime/support/load-plugin.ts";
import { pluginEvent } from "../delivery/plugin-event.ts";
import { env } from "../team/test-team.ts";
import { messageOf } from "./invocation.ts";

const IP = "203.0.113.7";
const OTHER = "198.51.100.1";
const UNAVAILABLE =
  "Error: IP location capabilities are not available in this PostHog instance! Give Hoglet a database of places: docs/operations.md#places";
const HOURS = 60 * 60 * 1000;

const SYDNEY: Place = {
  country: "AU",
  city: "Sydney",
  region: "New South Wales",
  regionCode: "NSW",
  continent: "OC",
  postalCode: "2000",
  latitude: -33.87,
  longitude: 151.21,
  timeZone: "Australia/Sydney",
  asn: 1,
  asOrganization: "A Network",
};

afterEach(async () => {
  vi.restoreAllMocks();
  await env.BLOBS.delete(GEO_KEY);
});

/** Locates an address in a plugin, during a message. Gives what comes back, or what is thrown. */
async function locate(
  of: Message | readonly Message[] | null,
  ip: unknown = IP,
  database = newDatabase(),
  now = 0,
): Promise<unknown> {
  const lookUp = (address: string) => database.locate(env.BLOBS, address, now);
  const messages = of === null ? [] : [of].flat();
  const plugin = await loadPlugin(
    `export const onEvent = ({ ip }, { geoip }) => geoip.locate(ip).then((place) => ({ place }))`,
    { provide: () => ({ geoip: provideGeoip({ messages }, lookUp) }) },
  );
  const { thrown, json } = await plugin.call("onEvent", [{ ip }]);
  return thrown ?? (JSON.parse(json ?? "{}") as { place?: unknown }).place;
}

const newDatabase = () => new GeoDatabase(new FileCache(1_000_000));

const from = (geo: Place | null, ip: string | null = IP): Message =>
  messageOf({ event: pluginEvent({ ip }), request: { ...NO_REQUEST, ip, geo } });

/** Puts a database that knows one network into R2. */
async function putDatabase(city: string): Promise<void> {
  const record = {
    city: { geoname_id: new Unsigned("uint32", 5), names: { en: city, "pt-BR": city } },
    continent: { code: "EU", names: { en: "Europe" } },
    country: { iso_code: "SE", names: { en: "Sweden" } },
    location: {
      accuracy_radius: new Unsigned("uint16", 20),
      latitude: 58.4,
      longitude: 15.6,
      time_zone: "Europe/Stockholm",
    },
    postal: { code: "582 20" },
    registered_country: { iso_code: "SE" },
    subdivisions: [{ iso_code: "E", names: { en: "Östergötland" } }],
  };
  await env.BLOBS.put(GEO_KEY, writeMmdb("GeoLite2-City", [["198.51.100.0/24", record]], 1));
}

test("the client's own address is where Cloudflare saw it, in geoip2-node's names", async () => {
  expect(await locate(from(SYDNEY))).toEqual({
    city: { names: { en: "Sydney" } },
    continent: { code: "OC", names: { en: "Oceania" } },
    country: { isoCode: "AU", names: { en: "Australia" } },
    location: { latitude: -33.87, longitude: 151.21, timeZone: "Australia/Sydney" },
    postal: { code: "2000" },
    subdivisions: [{ isoCode: "NSW", names: { en: "New South Wales" } }],
  });
});

test("what Cloudflare does not know is left out", async () => {
  const unknown = Object.fromEntries(Object.keys(SYDNEY).map((name) => [name, null])) as unknown as Place;
  expect(await locate(from({ ...unknown, country: "AU" }))).toEqual({
    country: { isoCode: "AU", names: { en: "Australia" } },
  });
});

test("the place of the client is not told as that of another address, whatever an earlier plugin made of the event", async () => {
  const message = from(SYDNEY);
  message.event.ip = OTHER;
  expect(await locate(message, OTHER)).toBe(UNAVAILABLE);
  expect(await locate(message, IP)).toMatchObject({ city: { names: { en: "Sydney" } } });
  expect(await locate(from(SYDNEY, null), "null")).toBe(UNAVAILABLE);
});

test("without Cloudflare's word and without a database there is no location", async () => {
  expect(await locate(null)).toBe(UNAVAILABLE);
  expect(await locate(from(null))).toBe(UNAVAILABLE);
});

test("other addresses are looked up in the operator's database", async () => {
  await putDatabase("Linköping");
  expect(await locate(from(SYDNEY), OTHER)).toEqual({
    city: { geonameId: 5, names: { en: "Linköping", "pt-BR": "Linköping" } },
    continent: { code: "EU", names: { en: "Europe" } },
    country: { isoCode: "SE", names: { en: "Sweden" } },
    location: { accuracyRadius: 20, latitude: 58.4, longitude: 15.6, timeZone: "Europe/Stockholm" },
    postal: { code: "582 20" },
    registeredCountry: { isoCode: "SE" },
    subdivisions: [{ isoCode: "E", names: { en: "Östergötland" } }],
  });
});

test.each(["203.0.113.8", "999.1.1.1", "", "x".repeat(100_000), "::1", null, { a: 1 }])(
  "nothing for an address that the database does not have, or that is none: %#",
  async (ip) => {
    await putDatabase("Linköping");
    expect(await locate(null, ip)).toBeNull();
  },
);

test("the database is read once, and looked at again after four hours", async () => {
  const database = newDatabase();
  const read = vi.spyOn(env.BLOBS, "get");
  const looked = vi.spyOn(env.BLOBS, "head");
  const cityAt = async (now: number) =>
    ((await locate(null, OTHER, database, now)) as { city: { names: { en: string } } }).city.names.en;
  await putDatabase("Old");
  expect(await cityAt(0)).toBe("Old");
  await putDatabase("New");
  expect([await cityAt(1), await cityAt(4 * HOURS - 1)]).toEqual(["Old", "Old"]);
  expect([read.mock.calls.length, looked.mock.calls.length]).toEqual([1, 1]);
  expect(await cityAt(4 * HOURS)).toBe("New");
  expect([read.mock.calls.length, looked.mock.calls.length]).toEqual([2, 2]);
  await env.BLOBS.delete(GEO_KEY);
  expect(await locate(null, OTHER, database, 8 * HOURS)).toBe(UNAVAILABLE);
});

test("a file that is no database is as good as none", async () => {
  await env.BLOBS.put(GEO_KEY, "no database");
  expect(await locate(null, OTHER)).toBe(UNAVAILABLE);
});

test("a database that is too large for the isolate's memory is as good as none", async () => {
  await putDatabase("Linköping");
  expect(await locate(null, OTHER, new GeoDatabase(new FileCache(100)))).toBe(UNAVAILABLE);
});

test("with several events in hand, each client's own address is known, and all others are looked up", async () => {
  await putDatabase("Linköping");
  const batch = [from(null, OTHER), from(SYDNEY), from({ ...SYDNEY, city: "Perth" }, "203.0.113.8")];
  expect(await locate(batch)).toMatchObject({ city: { names: { en: "Sydney" } } });
  expect(await locate(batch, "203.0.113.8")).toMatchObject({ city: { names: { en: "Perth" } } });
  expect(await locate(batch, OTHER)).toMatchObject({ city: { names: { en: "Linköping" } } });
});
