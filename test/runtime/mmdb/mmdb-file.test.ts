import fc from "fast-check";
import { Reader } from "mmdb-lib";
import { describe, expect, test } from "vitest";

import { MmdbFile } from "../../../runtime/mmdb/mmdb-file.ts";
import { valueOfText } from "../../../runtime/shared/record-json.ts";
import { Unsigned } from "../../cli/mmdb/encode-value.ts";
import type { MmdbValue } from "../../cli/mmdb/encode-value.ts";
import { exampleMmdb } from "../../cli/mmdb/example.ts";
import { writeMmdb } from "../../cli/mmdb/write-mmdb.ts";
import type { TreeFormat } from "../../cli/mmdb/write-mmdb.ts";

/** What the host's reader finds, as values. */
function find(file: MmdbFile, ip: string): [value: unknown, prefixLength: number] {
  const { json, prefixLength } = file.find(ip);
  const revive = (_: string, value: unknown): unknown =>
    typeof value === "string" ? valueOfText(value, (hex) => Buffer.from(hex, "hex")) : value;
  return [json === null ? null : JSON.parse(json, revive), prefixLength];
}

const key = fc.string().filter((text) => text !== "__proto__");
const { value } = fc.letrec<{ value: MmdbValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ maxLength: 5 }).map((text) => `\0${text}`),
    fc.double(),
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
    fc.uint8Array({ maxLength: 40 }),
    fc.nat({ max: 65_535 }).map((number) => new Unsigned("uint16", number)),
    fc.nat({ max: 2 ** 32 - 1 }).map((number) => new Unsigned("uint32", number)),
    fc.nat().map((number) => new Unsigned("uint64", number)),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(key, tie("value"), { maxKeys: 5 }),
  ),
}));

const FORMATS: TreeFormat[] = [24, 28, 32].flatMap((recordSize) =>
  [4, 6].map((ipVersion) => ({ recordSize, ipVersion }) as TreeFormat),
);

describe("reads what mmdb-lib reads", () => {
  test.each(FORMATS)("%o", ({ recordSize, ipVersion }) => {
    const format = { recordSize, ipVersion } as TreeFormat;
    const v6 = ipVersion === 6 ? ["2001:db8::/32", "2002::/16"] : [];
    const cidrs = ["0.0.0.0/8", "89.160.20.128/25", "192.0.2.1/32", "203.0.113.0/24", ...v6];
    const addresses = [
      "89.160.20.129",
      "192.0.2.1",
      "192.0.2.2",
      "0.0.0.0",
      "255.255.255.255",
      "203.0.113.77",
      ...(ipVersion === 6 ? ["2001:db8::7", "2002::1", "::1", "::ffff:89.160.20.129", "fe80::1%eth0"] : []),
    ];
    fc.assert(
      fc.property(fc.array(value, { minLength: cidrs.length, maxLength: cidrs.length }), (values) => {
        const networks = cidrs.map((cidr, i) => [cidr, values[i] ?? 0] as [string, MmdbValue]);
        const bytes = writeMmdb("Random", networks, 1_700_000_000, format);
        const file = new MmdbFile(new Uint8Array(bytes));
        const reader = new Reader<never>(bytes);
        for (const ip of addresses) expect(find(file, ip)).toEqual(reader.getWithPrefixLength(ip));
        const { buildEpoch, ...metadata } = reader.metadata;
        expect(file.metadata).toEqual({ ...metadata, buildEpoch: buildEpoch.getTime() });
      }),
      { numRuns: 60 },
    );
  });
});

test("what is no address, or has no place in the tree, is in no database", () => {
  const file = new MmdbFile(new Uint8Array(exampleMmdb()));
  for (const ip of ["", "x", "1.2.3", "0x7f.1", "1.2.3.4.5", "1.2.3.4 ", "::g", `${"0:".repeat(50_000)}1`])
    expect(find(file, ip)).toEqual([null, 0]);
  const only4 = writeMmdb("IPv4", [["192.0.2.0/24", "here"]], 1, { ipVersion: 4 });
  expect(find(new MmdbFile(new Uint8Array(only4)), "2001:db8::1")).toEqual([null, 0]);
});

test("the work of a look-up is that of this look-up, whatever was looked up before", () => {
  const file = new MmdbFile(new Uint8Array(exampleMmdb()));
  const workOf = (ip: string): number => (file.find(ip), file.work);
  const work = workOf("89.160.20.129");
  expect(work).toBeGreaterThan(100);
  expect([workOf("203.0.113.9"), workOf("x"), workOf("89.160.20.129")]).toEqual([0, 0, work]);
});
