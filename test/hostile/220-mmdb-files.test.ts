import { describe, expect, test } from "vitest";

import { MmdbFile } from "../../runtime/mmdb/mmdb-file.ts";
import { writeMmdb } from "../cli/mmdb/write-mmdb.ts";
import { attack, survived } from "./support/attack.ts";

const IP = "192.0.2.1";
const MAP = (size: number): number[] => [0xe0 | size];
const ARRAY = (size: number): number[] => [size, 0x04];
const HUGE_ARRAY = [0x1f, 0x04, 0xff, 0xff, 0xff];
const HUGE_MAP = [0xff, 0xff, 0xff, 0xff];
const HUGE_TEXT = [0x5f, 0xff, 0xff, 0xff];
const KEY = [0x41, 0x61];
/** A pointer to a place in the data section. */
const to = (place: number): number[] => [0x20 | (place >> 8), place & 0xff];

/** Two pointers to the level below, at each of many levels: what they unfold to has no end. */
function bomb(levels: number): number[] {
  const bytes = [0xc1, 1];
  let below = 0;
  for (let i = 0; i < levels; i++) {
    const at = bytes.length;
    bytes.push(...ARRAY(2), ...to(below), ...to(below));
    below = at;
  }
  return [...bytes, ...to(below)];
}

/** A database whose only record is made of these bytes. @param start of the record among them */
function databaseOf(data: readonly number[], start = 0): Uint8Array {
  const placeholder = Buffer.alloc(data.length, 0x61);
  const chunks = Array.from({ length: Math.ceil(data.length / 200) }, (_, i) =>
    placeholder.subarray(i * 200, i * 200 + 200),
  );
  const file = writeMmdb("Hostile", [[`${IP}/32`, chunks.map(String)]], 1);
  const { searchTreeSize, nodeCount } = new MmdbFile(new Uint8Array(file)).metadata;
  file.set(data, searchTreeSize + 16);
  // The one record that leads into the data is the last one of the tree.
  const record = nodeCount + 16 + start;
  for (let at = 0; at < searchTreeSize; at += 3)
    if (file.readUIntBE(at, 3) > nodeCount) file.writeUIntBE(record, at, 3);
  return new Uint8Array(file);
}

const bombBytes = bomb(60);
const FILES: [string, Uint8Array][] = [
  ["a pointer to itself", databaseOf(to(0))],
  ["a list that holds itself", databaseOf([...ARRAY(1), ...to(0)])],
  ["a map that holds itself", databaseOf([...MAP(1), ...KEY, ...to(0)])],
  ["pointers that unfold without end", databaseOf(bombBytes, bombBytes.length - 2)],
  ["a list that says it is huge", databaseOf(HUGE_ARRAY)],
  ["a map that says it is huge", databaseOf(HUGE_MAP)],
  ["a text that says it is huge", databaseOf(HUGE_TEXT)],
  ["lists in lists without end", databaseOf(Array.from({ length: 500 }, () => ARRAY(1)).flat())],
  ["a pointer out of the file", databaseOf([0x38, 0xff, 0xff, 0xff, 0xff])],
  ["a type that there is not", databaseOf([0x00, 0x20])],
  ["a key that is no text", databaseOf([...MAP(1), 0xc1, 1, 0xc1, 1])],
  ["an integer of 31 bytes", databaseOf([0x1d, 0x03, 2])],
];

const attached = (contents: Uint8Array) => [
  { key: "db", contentType: "application/octet-stream", fileName: "db.mmdb", contents },
];
const READ = `
  const { Reader } = require("mmdb-lib");
  const reader = new Reader(meta.attachments.db.contents);
  try { return [reader.get("${IP}")] } catch (error) { return error.name + ": " + error.message }`;

describe("A MaxMind database is read on the host, however it was made: what is broken in it is an error of the plugin's.", () => {
  test.each(FILES)("%s", async (_, contents) => {
    expect(await survived(READ, { attachments: attached(contents) })).toMatch(
      /^Error: The MaxMind database is broken: ./,
    );
  });

  test("a tree that leads in circles ends after as many steps as an address has bits", async () => {
    const file = databaseOf([0xc1, 1]);
    file.fill(0, 0, new MmdbFile(file).metadata.searchTreeSize);
    expect(await survived(READ, { attachments: attached(file) })).toEqual([null]);
  });

  test("an unfolding record is paid for, each time", async () => {
    const body = `
      const reader = new (require("mmdb-lib").Reader)(meta.attachments.db.contents);
      for (;;) try { reader.get("${IP}") } catch {}`;
    const contents = databaseOf(bombBytes, bombBytes.length - 2);
    const { result } = await attack(body, { attachments: attached(contents) });
    expect(result.outcome).toMatchObject({ kind: "fuel", limit: "fuel" });
  });

  test.each([
    ["nothing", new Uint8Array()],
    ["a marker alone", new TextEncoder().encode("\u00ab\u00cd\u00efMaxMind.com")],
    ["a file without its end", databaseOf([0xc1, 1]).slice(0, -20)],
    ["metadata that hold themselves", withMetadata([...MAP(1), ...KEY, 0x20, 0x00])],
    ["metadata that unfold without end", withMetadata(bombBytes)],
    [
      "more nodes than the file has",
      withMetadata([
        ...MAP(3),
        ...entry("node_count", [0xc4, 0xff, 0xff, 0xff, 0xff]),
        ...entry("record_size", [0xa1, 24]),
        ...entry("ip_version", [0xa1, 6]),
      ]),
    ],
  ])("%s is no database: it is a Buffer like any other, and its parser runs in the sandbox", async (_, contents) => {
    const body = `
      const { contents } = meta.attachments.db;
      const seen = [Buffer.isBuffer(contents), contents.length];
      try { new (require("mmdb-lib").Reader)(contents); seen.push("read") } catch (error) { seen.push(typeof error.message) }
      return seen`;
    const { result } = await attack(body, { attachments: attached(contents) });
    if (result.outcome.kind === "ok") expect(JSON.parse(result.json ?? "")).toEqual([true, contents.length, "string"]);
    else expect(result.outcome.kind).toMatch(/^(fuel|memory|stack)$/);
  });
});

function entry(name: string, value: readonly number[]): number[] {
  return [0x40 | name.length, ...new TextEncoder().encode(name), ...value];
}

/** A file that is nothing but metadata. */
function withMetadata(bytes: readonly number[]): Uint8Array {
  return Uint8Array.from([0xab, 0xcd, 0xef, ...new TextEncoder().encode("MaxMind.com"), ...bytes]);
}
