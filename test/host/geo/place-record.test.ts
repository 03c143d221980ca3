import { expect, test } from "vitest";

import type { Place } from "../../../host/event.ts";
import { recordOfMmdb, recordOfPlace } from "../../../host/geo/place-record.ts";

const UNKNOWN: Place = {
  country: null,
  city: null,
  region: null,
  regionCode: null,
  continent: null,
  postalCode: null,
  latitude: null,
  longitude: null,
  timeZone: null,
  asn: null,
  asOrganization: null,
};

test.each([
  [{ country: "SE" }, { country: { isoCode: "SE", names: { en: "Sweden" } } }],
  [{ country: "not a code" }, { country: { isoCode: "not a code" } }],
  [{ continent: "EU" }, { continent: { code: "EU", names: { en: "Europe" } } }],
  [{ continent: "constructor" }, { continent: { code: "constructor" } }],
  [{ latitude: 0, longitude: -0.5 }, { location: { latitude: 0, longitude: -0.5 } }],
  [{ regionCode: "E" }, { subdivisions: [{ isoCode: "E" }] }],
  [{ asn: 5, asOrganization: "A Network" }, null],
])("what Cloudflare says: %j", (known, record) => {
  expect(recordOfPlace({ ...UNKNOWN, ...known })).toEqual(record);
});

test("MaxMind's names become geoip2-node's, at every depth; languages stay", () => {
  expect(
    recordOfMmdb({
      location: { time_zone: "Europe/Stockholm", accuracy_radius: 5 },
      registered_country: { iso_code: "SE", is_in_european_union: true, names: { "pt-BR": "Suécia", zh_hans: "x" } },
      subdivisions: [{ iso_code: "E" }],
    }),
  ).toEqual({
    location: { timeZone: "Europe/Stockholm", accuracyRadius: 5 },
    registeredCountry: { isoCode: "SE", isInEuropeanUnion: true, names: { "pt-BR": "Suécia", zh_hans: "x" } },
    subdivisions: [{ isoCode: "E" }],
  });
});

test("ip-location-db's flat records are told in the same names, without what they do not know", () => {
  const flat = {
    city: "Linköping",
    country_code: "SE",
    latitude: 58.4,
    longitude: 15.6,
    postcode: "582 20",
    state1: "Östergötland",
    state2: "",
    timezone: "Europe/Stockholm",
  };
  expect(recordOfMmdb(flat)).toEqual({
    city: { names: { en: "Linköping" } },
    country: { isoCode: "SE", names: { en: "Sweden" } },
    location: { latitude: 58.4, longitude: 15.6, timeZone: "Europe/Stockholm" },
    postal: { code: "582 20" },
    subdivisions: [{ names: { en: "Östergötland" } }],
  });
});
