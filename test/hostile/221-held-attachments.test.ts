import { describe, expect, test } from "vitest";

import { exampleMmdb } from "../cli/mmdb/example.ts";
import { attack, survived } from "./support/attack.ts";

const attachments = [
  { key: "db", contentType: "a/b", fileName: "db.mmdb", contents: new Uint8Array(exampleMmdb()) },
  { key: "text", contentType: "text/plain", fileName: "t", contents: new Uint8Array([65]) },
];

describe("What stands in the place of bytes that the host holds leads to the plugin's own bytes, and nowhere else.", () => {
  test("replaced builtins get hold of nothing of the guest library's", async () => {
    const body = `
      const seen = [];
      const note = (...args) => { for (const arg of args) seen.push(typeof arg); };
      for (const hook of ["get", "set", "enumerable", "configurable", "writable", "value"])
        Object.defineProperty(Object.prototype, hook, { configurable: true, get() { seen.push("asked"); return undefined; } });
      const then = Promise.prototype.then, { apply } = Reflect;
      Reflect.apply = note; Reflect.get = note; Function.prototype.call = note; Function.prototype.apply = note;
      JSON.parse = note; Array.prototype[Symbol.iterator] = note;
      const { contents } = meta.attachments.db;
      const first = contents[0], size = contents.length;
      const other = meta.attachments.text.contents.length;
      for (const hook of ["get", "set", "enumerable", "configurable", "writable", "value"]) delete Object.prototype[hook];
      exports.seen = [size, first, other, seen.includes("function"), seen.includes("object")];`;
    const { result, plugin } = await attack(`${body} return JSON.stringify(exports.seen)`, { attachments });
    expect(result.outcome.kind).toMatch(/^(ok|threw)$/);
    if (result.outcome.kind === "ok")
      expect(JSON.parse(JSON.parse(result.json ?? ""))).toEqual([attachments[0]?.contents.length, 0, 1, false, false]);
    expect(plugin.sandbox.lost).toBe(false);
  });

  test("a plugin that learns how a Reader asks for its file reaches its own attachments alone", async () => {
    const body = `
      const { Reader } = require("mmdb-lib");
      let symbol;
      try { new Reader(new Proxy(Buffer.from("x"), { get: (target, key) => { if (typeof key === "symbol") symbol ??= key; return Reflect.get(target, key) } })) } catch {}
      const tell = (index) => { try { const reader = new Reader({ [symbol]: index }); return [Object.keys(reader.metadata).length, reader.get("192.0.2.1")] } catch (error) { return [error.name, error.message] } };
      return [0, 1, 2, -1, 4294967296, 0.5, NaN].map(tell)`;
    const [own, noDatabase, ...others] = (await survived(body, { attachments })) as unknown[][];
    expect(own?.[1]).toMatchObject({ country: { iso_code: "ZZ" } });
    expect(noDatabase).toEqual(["RangeError", "attachment 1 is no MaxMind database that can be read"]);
    for (const [name, message] of others)
      expect(`${String(name)}: ${String(message)}`).toMatch(
        /^(RangeError: attachment 2 is no|TypeError: mmdb\.metadata\(attachment\): expected u32)/,
      );
  });

  test("a Reader that was tampered with breaks for its plugin, and for nobody else", async () => {
    const body = `
      const { Reader } = require("mmdb-lib");
      const reader = new Reader(meta.attachments.db.contents);
      const seen = [];
      for (const attachment of [1, 7, "0", null, {}, -1, 2 ** 40])
        try { reader.attachment = attachment; seen.push(reader.get("192.0.2.1")) } catch (error) { seen.push(error.name) }
      reader.attachment = 0;
      for (const ip of ["x".repeat(1_000_000), "::" + ":0".repeat(100_000), "1.2.3.4".repeat(1000)]) seen.push(reader.get(ip));
      return seen`;
    const seen = (await survived(body, { attachments })) as unknown[];
    expect(seen).toEqual(["RangeError", "RangeError", ...Array(5).fill("TypeError"), null, null, null]);
  });

  test("what a plugin does to its bytes is not seen by a sandbox that comes after it", async () => {
    const body = `
      const { contents } = meta.attachments.db;
      const before = contents[5];
      contents.fill(99);
      return [before, contents[5], new (require("mmdb-lib").Reader)(meta.attachments.db.contents)]`;
    await attack(body, { attachments });
    const after = `return [meta.attachments.db.contents[5], new (require("mmdb-lib").Reader)(Buffer.from(meta.attachments.db.contents)).get("192.0.2.1").country.iso_code]`;
    expect(await survived(after, { attachments })).toEqual([exampleMmdb()[5], "ZZ"]);
  });
});
