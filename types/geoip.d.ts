/** `meta.geoip`. */
export interface GeoIPExtension {
  /** The place of an address; null where it is unknown or no address. */
  locate: (ip: string) => Promise<City | null>;
}

/** Names by language: `names.en`. */
export interface GeoName {
  geonameId?: number;
  names?: Record<string, string>;
}

/** A record of a GeoLite2 City database. Any part may be missing. */
export interface City {
  city?: GeoName & { confidence?: number };
  continent?: GeoName & { code?: "AF" | "AN" | "AS" | "EU" | "NA" | "OC" | "SA" };
  country?: GeoName & { isoCode?: string; isInEuropeanUnion?: boolean; confidence?: number };
  registeredCountry?: GeoName & { isoCode?: string; isInEuropeanUnion?: boolean };
  representedCountry?: GeoName & { isoCode?: string; isInEuropeanUnion?: boolean; type?: string };
  location?: {
    latitude?: number;
    longitude?: number;
    /** Kilometres. */
    accuracyRadius?: number;
    /** Of the IANA database. */
    timeZone?: string;
    metroCode?: number;
    averageIncome?: number;
    populationDensity?: number;
  };
  postal?: { code?: string; confidence?: number };
  subdivisions?: (GeoName & { isoCode?: string; confidence?: number })[];
  traits?: Record<string, any>;
}
