import { Reader } from "mmdb-lib";
import { describe, expect, test } from "vitest";

import { exampleMmdb } from "../../../cli/mmdb/example.ts";
import { writeMmdb } from "../../../cli/mmdb/write-mmdb.ts";
import { loadPlugin } from "../../support/load-plugin.ts";
import type { LoadedPlugin } from "../../support/load-plugin.ts";

const attached = (contents: Uint8Array) => [
  { key: "db", contentType: "application/octet-stream", fileName: "db.mmdb", contents },
];
const EXAMPLE = exampleMmdb();
const ADDRESSES = ["89.160.20.129", "192.0.2.1", "2001:db8::7", "203.0.113.9", "::1", "x"];

/** A plugin whose onEvent runs a body with the attachment's contents at hand. */
async function withContents(body: string, contents: Uint8Array = EXAMPLE): Promise<[unknown, LoadedPlugin]> {
  const plugin = await loadPlugin(
    `import { Reader } from "mmdb-lib";
     export function onEvent(event, { attachments: { db: { contents } } }) { ${body} }`,
    { attachments: attached(new Uint8Array(contents)) },
  );
  return [await plugin.run("onEvent", {}), plugin];
}

describe("a Reader of an attachment", () => {
  test("gives what mmdb-lib gives, and fetches none of its bytes", async () => {
    const reader = new Reader(EXAMPLE);
    const addresses = ADDRESSES.filter((ip) => ip !== "x");
    const body = `
      const reader = new Reader(contents);
      return ${JSON.stringify(addresses)}.map((ip) => [reader.get(ip), ...reader.getWithPrefixLength(ip)])`;
    const [seen, { records }] = await withContents(body);
    expect(seen).toEqual(addresses.map((ip) => [reader.get(ip), ...reader.getWithPrefixLength(ip)]));
    expect(records.reads).toEqual([]);
  });

  test("has mmdb-lib's metadata, the time of the build as a Date", async () => {
    const body = `
      const { metadata } = new Reader(contents);
      return [metadata, metadata.buildEpoch instanceof Date, new Reader(contents) instanceof Reader]`;
    const [seen] = await withContents(body);
    const { metadata } = new Reader(EXAMPLE);
    expect(seen).toEqual([JSON.parse(JSON.stringify(metadata)), true, true]);
  });

  test("has values that JSON does not have", async () => {
    const record = { big: 2n ** 100n, bytes: new Uint8Array([0, 255]), none: Number.NaN, text: "\0n5", flag: true };
    const file = writeMmdb("Odd", [["192.0.2.0/24", record]], 1);
    const body = `
      const { big, bytes, none, text, flag } = new Reader(contents).get("192.0.2.1");
      return [String(big), typeof big, Buffer.isBuffer(bytes), [...bytes], Object.is(none, NaN), text, flag]`;
    expect((await withContents(body, file))[0]).toEqual([
      `${2n ** 100n}`,
      "bigint",
      true,
      [0, 255],
      true,
      "\0n5",
      true,
    ]);
  });

  test("is kept between calls, and keeps no sandbox from going on from a snapshot", async () => {
    const plugin = await loadPlugin(
      `const { Reader } = require("maxmind");
       exports.setupPlugin = ({ attachments, global }) => { global.reader = new Reader(attachments.db.contents) };
       exports.onEvent = ({ ip }, { global }) => global.reader.get(ip)?.country.iso_code;`,
      { attachments: attached(new Uint8Array(EXAMPLE)) },
    );
    await plugin.run("setupPlugin");
    expect(await plugin.run("onEvent", { ip: "192.0.2.1" })).toBe("ZZ");
    expect(plugin.sandbox.snapshot()).toBeDefined();
    expect(plugin.records.reads).toEqual([]);
  });

  test.each(["undefined", "5", "{}", "null"])("takes no %s for an address", async (value) => {
    const body = `try { new Reader(contents).get(${value}) } catch (error) { return error.name }`;
    expect((await withContents(body))[0]).toBe("TypeError");
  });
});

describe("a Reader of any other buffer", () => {
  test("parses it in the sandbox", async () => {
    const [seen, { records }] = await withContents(
      "return new Reader(Buffer.from(contents)).get('192.0.2.1').country.iso_code",
    );
    expect([seen, records.reads]).toEqual(["ZZ", [0]]);
  });

  test("reads what a plugin made of an attachment, not what it was", async () => {
    const body = `
      const [before] = [new Reader(contents).get("192.0.2.1").country.iso_code];
      contents.write("YY", contents.indexOf("ZZ"));
      return [before, new Reader(contents).get("192.0.2.1").country.iso_code]`;
    expect((await withContents(body))[0]).toEqual(["ZZ", "YY"]);
  });

  test.each(["undefined", "'text'", "new Uint8Array(3)", "{}"])("is no %s", async (value) => {
    const body = `try { new Reader(${value}) } catch (error) { return error.message }`;
    expect((await withContents(body))[0]).toContain("mmdb-lib expects an instance of Buffer");
  });
});

describe("the contents of a database are a Buffer to whoever looks at them", () => {
  test.each([
    ["contents.length", EXAMPLE.length, 0],
    ["[Buffer.isBuffer(contents), contents instanceof Buffer, contents instanceof Uint8Array]", [true, true, true], 0],
    ["contents[3]", EXAMPLE[3], 1],
    ["contents.toString('hex', 0, 9)", EXAMPLE.toString("hex", 0, 9), 1],
    ["String(contents).length", String(EXAMPLE).length, 1],
    ["contents.subarray(1, 3).length", 2, 1],
    ["contents.readUInt32BE(0)", EXAMPLE.readUInt32BE(0), 1],
    ["Buffer.from(contents).equals(contents)", true, 1],
    ["Buffer.concat([contents, contents]).length", 2 * EXAMPLE.length, 1],
    ["new Uint8Array(contents).length", EXAMPLE.length, 1],
    ["[...contents].length", EXAMPLE.length, 1],
    ["Object.keys(contents).length", EXAMPLE.length, 1],
    ["7 in contents", true, 1],
    ["JSON.parse(JSON.stringify(contents)).data.length", EXAMPLE.length, 1],
    ["contents.fill(1)[9]", 1, 1],
    ["(contents[0] = 77, contents[0])", 77, 1],
    ["Object.getPrototypeOf(contents) === Buffer.prototype", true, 0],
  ])("%s", async (expression, value, reads) => {
    const [seen, { records }] = await withContents(`return ${expression}`);
    expect([seen, records.reads.length]).toEqual([value, reads]);
  });
});
