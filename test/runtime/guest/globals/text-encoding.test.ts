import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { bothWays } from "../../support/both-ways.ts";
import { loadPlugin } from "../../support/load-plugin.ts";

const DECODE = `(label, options, chunks, last) => {
  const decoder = new TextDecoder(label, options);
  const facts = [decoder.encoding, decoder.fatal, decoder.ignoreBOM, Object.prototype.toString.call(decoder)];
  const texts = [];
  for (const [i, chunk] of chunks.entries())
    texts.push(decoder.decode(new Uint8Array(chunk), { stream: last || i < chunks.length - 1 }));
  return [facts, texts, decoder.decode()];
}`;

const ENCODE = `(text, room) => {
  const encoder = new TextEncoder();
  const target = new Uint8Array(room);
  return [[...encoder.encode(text)], encoder.encodeInto(text, target), [...target], encoder.encoding];
}`;

/** Bytes among which there are many beginnings and ends of characters. */
const byte = fc.oneof(
  fc.constantFrom(
    0x41,
    0xc3,
    0xa9,
    0xe2,
    0x82,
    0xac,
    0xf0,
    0x9f,
    0x98,
    0x80,
    0xef,
    0xbb,
    0xbf,
    0xed,
    0xa0,
    0xe0,
    0xf4,
    0x90,
    0xc1,
    0xff,
  ),
  fc.nat(255),
);
const utf8 = fc.string({ unit: "grapheme", maxLength: 5 }).map((text) => [...new TextEncoder().encode(text)]);
const chunks = fc.oneof(
  fc.array(fc.array(byte, { maxLength: 5 }), { maxLength: 4 }),
  utf8.chain((bytes) => fc.nat(bytes.length).map((at) => [bytes.slice(0, at), bytes.slice(at)])),
);
const flags = fc.record({ fatal: fc.boolean(), ignoreBOM: fc.boolean() });

describe("TextDecoder", () => {
  test("does what the platform's does, chunk by chunk", async () => {
    const expectSame = await bothWays(DECODE);
    await fc.assert(fc.asyncProperty(fc.constantFrom("utf-8", "UTF8"), flags, chunks, fc.boolean(), expectSame), {
      numRuns: 200,
    });
  });

  test("knows the encodings of the web by their labels", async () => {
    const expectSame = await bothWays(DECODE);
    for (const label of [
      "utf8",
      " UTF-8\n",
      "latin1",
      "ascii",
      "iso-8859-2",
      "windows-1251",
      "shift_jis",
      "gbk",
      "utf-16le",
      "utf-16",
    ])
      await expectSame(label, {}, [[0x41, 0xe9, 0x82, 0xa0]], false);
    for (const label of ["", "utf-7", "nonsense", null, "utf-8\0"]) await expectSame(label, {}, [], false);
  });

  test("gives the same text of a stream in other encodings, though later", async () => {
    const source = `(label, chunks) => {
      const decoder = new TextDecoder(label);
      return chunks.map((chunk) => decoder.decode(new Uint8Array(chunk), { stream: true })).join("") + decoder.decode();
    }`;
    const expectSame = await bothWays(source);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("utf-16le", "shift_jis", "windows-1252", "euc-kr"),
        fc.array(fc.array(byte, { maxLength: 5 }), { maxLength: 4 }),
        expectSame,
      ),
      { numRuns: 100 },
    );
  });

  test("takes every kind of BufferSource and nothing else", async () => {
    const plugin = await loadPlugin(`
      const bytes = new TextEncoder().encode("xhéx");
      const inputs = [bytes.subarray(1, 4), bytes.buffer.slice(1, 4), new DataView(bytes.buffer, 1, 3), Buffer.from("hé"), undefined, "hé", [104], null, {}];
      export const onEvent = () => inputs.map((input) => { try { return new TextDecoder().decode(input) } catch (e) { return e.name } });
    `);
    expect(await plugin.run("onEvent", {})).toEqual([
      "hé",
      "hé",
      "hé",
      "hé",
      "",
      ...Array<string>(4).fill("TypeError"),
    ]);
  });

  test("does not repeat a label that is long", async () => {
    const plugin = await loadPlugin(
      `export const onEvent = () => { try { new TextDecoder("x".repeat(1e5)) } catch (e) { return [e.name, e.message.length < 100] } }`,
    );
    expect(await plugin.run("onEvent", {})).toEqual(["RangeError", true]);
  });
});

test("TextEncoder does what the platform's does", async () => {
  const expectSame = await bothWays(ENCODE);
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 8 }),
    fc.constantFrom(
      "",
      "\0",
      "a\ud800b",
      "\udc00",
      "\ud83d\ude00\ud83d",
      "\ufeff",
      "\u20ac".repeat(3),
      "\ud800é\u{1f600}".repeat(20),
    ),
  );
  await fc.assert(fc.asyncProperty(text, fc.nat(12), expectSame), { numRuns: 120 });
});
