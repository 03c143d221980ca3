import type { FileCache, HeldFiles } from "../files/file-cache.ts";
import type { Json } from "../event.ts";
import { isObject } from "../is-object.ts";
import { parseLoosely } from "../../runtime/shared/record-json.ts";
import { recordOfMmdb } from "./place-record.ts";
import type { PlaceRecord } from "./place-record.ts";

/** Where the operator puts the database of places in BLOBS. */
export const GEO_KEY = "geoip/city.mmdb";
/** Milliseconds after which it is looked whether there is another one. */
const CHECK_EVERY = 4 * 60 * 60 * 1000;

/** What an address led to: a place, nothing, or no database to look into. */
export type Located = PlaceRecord | null | "unavailable";

/** The operator's database of places: a GeoLite2 or GeoIP2 City file in R2, read by one reader in each isolate. */
export class GeoDatabase {
  readonly #cache: FileCache;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #object: { etag: string; size: number } | null = null;

  constructor(cache: FileCache) {
    this.#cache = cache;
  }

  /** @param now milliseconds since the epoch */
  async locate(bucket: R2Bucket, ip: string, now: number): Promise<Located> {
    const held = await this.#hold(bucket, now);
    if (!held) return "unavailable";
    try {
      const mmdb = held.files[0]?.mmdb;
      if (!mmdb) return "unavailable";
      const { json } = mmdb.find(ip);
      return json === null ? null : placeOf(json);
    } finally {
      held.release();
    }
  }

  async #hold(bucket: R2Bucket, now: number): Promise<HeldFiles | undefined> {
    if (now - this.#checkedAt >= CHECK_EVERY) {
      const head = await bucket.head(GEO_KEY);
      this.#object = head && { etag: head.etag, size: head.size };
      this.#checkedAt = now;
    }
    if (!this.#object) return undefined;
    const { etag, size } = this.#object;
    const read = async (): Promise<Uint8Array> => {
      const stored = await bucket.get(GEO_KEY, { onlyIf: { etagMatches: etag } });
      if (stored && "body" in stored) return new Uint8Array(await stored.arrayBuffer());
      this.#checkedAt = Number.NEGATIVE_INFINITY;
      throw new Error(`${GEO_KEY} was replaced in BLOBS while it was read`);
    };
    return this.#cache.hold([{ id: `geoip/${etag}`, size, read }]);
  }
}

function placeOf(json: string): PlaceRecord | null {
  const record = parseLoosely(json) as Json;
  return isObject(record) ? recordOfMmdb(record) : null;
}
