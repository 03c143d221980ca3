import type { Json, JsonObject, Place } from "../event.ts";
import { isObject } from "../is-object.ts";

/** A place as geoip2-node tells it, as far as it is known. */
export type PlaceRecord = JsonObject;

const CONTINENTS: Readonly<Record<string, string>> = {
  AF: "Africa",
  AN: "Antarctica",
  AS: "Asia",
  EU: "Europe",
  NA: "North America",
  OC: "Oceania",
  SA: "South America",
};
const countries = new Intl.DisplayNames("en", { type: "region" });

/** The place that Cloudflare saw a client at. */
export function recordOfPlace(place: Place): PlaceRecord {
  const { country, city, region, regionCode, continent, postalCode, latitude, longitude, timeZone } = place;
  return withoutEmpty({
    city: named(city),
    continent: { code: continent, ...named(continent === null ? null : (CONTINENTS[continent] ?? null)) },
    country: { isoCode: country, ...named(country === null ? null : nameOfCountry(country)) },
    location: { latitude, longitude, timeZone },
    postal: { code: postalCode },
    subdivisions: [{ isoCode: regionCode, ...named(region) }],
  }) as PlaceRecord;
}

/** A record of a GeoLite2 or GeoIP2 City database: its fields have the same names, in another style. Names by language stay as they are. */
export function recordOfMmdb(record: JsonObject): PlaceRecord {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [camelCase(key), key === "names" ? value : inCamelCase(value)]),
  );
}

function inCamelCase(value: Json): Json {
  if (Array.isArray(value)) return value.map(inCamelCase);
  return isObject(value) ? recordOfMmdb(value) : value;
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
