import type { Json, JsonObject, Place } from "../event.ts";
import { isObject } from "../is-object.ts";

/** A place as geoip2-node tells it, as far as it is known. */
export type PlaceRecord = JsonObject;

const CONTINENTS = new Map([
  ["AF", "Africa"],
  ["AN", "Antarctica"],
  ["AS", "Asia"],
  ["EU", "Europe"],
  ["NA", "North America"],
  ["OC", "Oceania"],
  ["SA", "South America"],
]);
const countries = new Intl.DisplayNames("en", { type: "region" });

/** The place that Cloudflare saw a client at, or null when it saw none. */
export function recordOfPlace(place: Place): PlaceRecord | null {
  const { country, city, region, regionCode, continent, postalCode, latitude, longitude, timeZone } = place;
  const record = withoutEmpty({
    city: named(city),
    continent: { code: continent, ...named((continent !== null && CONTINENTS.get(continent)) || null) },
    country: { isoCode: country, ...named(country === null ? null : nameOfCountry(country)) },
    location: { latitude, longitude, timeZone },
    postal: { code: postalCode },
    subdivisions: [{ isoCode: regionCode, ...named(region) }],
  });
  return isObject(record) ? record : null;
}

/** A record of a database: in the layout of GeoLite2 and GeoIP2, or in the flat one of ip-location-db. */
export function recordOfMmdb(record: JsonObject): PlaceRecord | null {
  return typeof record["country_code"] === "string" ? recordOfFlat(record) : renamed(record);
}

/** What has no languages and no codes of regions. */
function recordOfFlat(record: JsonObject): PlaceRecord | null {
  const text = (name: string): string | null => {
    const value = record[name];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const degrees = (name: string): number | null => {
    const value = record[name];
    return typeof value === "number" ? value : null;
  };
  return recordOfPlace({
    ...NOWHERE,
    country: text("country_code"),
    city: text("city"),
    region: text("state1"),
    postalCode: text("postcode"),
    latitude: degrees("latitude"),
    longitude: degrees("longitude"),
    timeZone: text("timezone"),
  });
}

const NOWHERE = { continent: null, regionCode: null, asn: null, asOrganization: null };

/** MaxMind's names in geoip2-node's style. Names by language stay as they are. */
function renamed(record: JsonObject): PlaceRecord {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [camelCase(key), key === "names" ? value : inCamelCase(value)]),
  );
}

function inCamelCase(value: Json): Json {
  if (Array.isArray(value)) return value.map(inCamelCase);
  return isObject(value) ? renamed(value) : value;
}

const camelCase = (key: string): string => key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const named = (en: string | null): JsonObject => (en === null ? {} : { names: { en } });

function nameOfCountry(code: string): string | null {
  try {
    const name = countries.of(code);
    return name === undefined || name === code ? null : name;
  } catch {
    // What has not the form of a code has no name.
    return null;
  }
}

/** Leaves out what is not known, and what is empty then. */
function withoutEmpty(value: Json): Json | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    const items = value.map(withoutEmpty).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (!isObject(value)) return value;
  const known = Object.entries(value).flatMap(([key, item]) => {
    const kept = withoutEmpty(item);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}
