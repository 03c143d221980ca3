import { gunzipSync, gzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { endOf, evaluate } from "./support.ts";

const ZLIB = "const zlib = require('zlib');";
const run = (code: string, args?: unknown) => evaluate(ZLIB + code, args);
const TEXT = "some text, some text, sömé text";

describe("zlib", () => {
  test.each([
    ["gzip", "gunzip"],
    ["deflate", "inflate"],
    ["deflateRaw", "inflateRaw"],
    ["gzip", "unzip"],
    ["deflate", "unzip"],
    ["brotliCompress", "brotliDecompress"],
  ])("%s and %s undo each other: at once, with a callback, as a promise, as streams", async (there, back) => {
    const code = `
      const { promisify } = require("util");
      const { Readable } = require("stream");
      const [there, back, text] = args;
      const called = await new Promise((resolve, reject) => zlib[there](text, {}, (e, packed) => e ? reject(e) : zlib[back](packed, (e, plain) => e ? reject(e) : resolve(plain))));
      const promised = await promisify(zlib[back])(await promisify(zlib[there])(Buffer.from(text)));
      const create = (name) => zlib["create" + name[0].toUpperCase() + name.slice(1)]();
      const pieces = [];
      for await (const piece of Readable.from([Buffer.from(text.slice(0, 5)), Buffer.from(text.slice(5))]).pipe(create(there)).pipe(create(back))) pieces.push(piece);
      return [zlib[back + "Sync"](zlib[there + "Sync"](text)), called, promised, Buffer.concat(pieces)].map(String)`;
    expect(await run(code, [there, back, TEXT])).toEqual([TEXT, TEXT, TEXT, TEXT]);
  });

  test("makes and reads what the platform does", async () => {
    const code =
      "return [zlib.gunzipSync(Buffer.from(args.packed, 'base64')).toString(), zlib.gzipSync(args.text).toString('base64')]";
    const packed = gzipSync(TEXT).toString("base64");
    const [plain, gzip] = (await run(code, { packed, text: TEXT })) as [string, string];
    expect(plain).toBe(TEXT);
    expect(gunzipSync(Buffer.from(gzip, "base64")).toString()).toBe(TEXT);
  });

  test("compresses as hard as it is told to", async () => {
    const code = `
      const text = Array.from({ length: 2000 }, (_, i) => i * 7919 % 1000).join(" ");
      const size = (level) => zlib.deflateSync(text, { level }).length;
      return size(zlib.constants.Z_NO_COMPRESSION) > size(zlib.Z_BEST_SPEED) && size() === size(6)`;
    expect(await run(code)).toBe(true);
  });

  test.each([
    ["zlib.gunzipSync('no gzip')", "incorrect header check"],
    ["zlib.gunzipSync(zlib.gzipSync('text').subarray(0, 15))", "unexpected end of file"],
    ["zlib.gzipSync({})", 'The "buffer" argument'],
    ["zlib.gzip('text')", 'The "callback" argument'],
    ["zlib.deflateSync('text', { level: 99 })", ""],
    [
      "await new Promise((resolve, reject) => zlib.createGunzip().on('error', reject).end('no gzip'))",
      "incorrect header check",
    ],
  ])("%s is an error of the plugin's", async (code, message) => {
    const { kind, message: said } = await endOf(ZLIB + code);
    expect([kind, said]).toEqual(["threw", expect.stringContaining(message)]);
  });
});

describe("a bomb", () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024)).toString("base64");

  test("stops at the host's limit, or at the plugin's own", async () => {
    const code = `
      const said = (options) => { try { return zlib.gunzipSync(Buffer.from(args, "base64"), options).length } catch (e) { return String(e) } };
      return [said(), said({ maxOutputLength: 1000 })]`;
    expect(await run(code, bomb)).toEqual([
      "RangeError: Cannot create a Buffer larger than 16777216 bytes",
      "RangeError: Cannot create a Buffer larger than 1000 bytes",
    ]);
  });

  test("takes the fuel of what was inflated, though nothing of it crosses", async () => {
    const once = await endOf(`${ZLIB} try { zlib.gunzipSync(Buffer.from(args, "base64")) } catch {}`, bomb);
    expect(once.fuel).toBeGreaterThan(16 * 1024 * 1024);
  });

  test("compressing takes fuel by what it is given", async () => {
    const fuelOf = async (size: number) => (await endOf(`${ZLIB} zlib.gzipSync(Buffer.alloc(${size}))`)).fuel;
    expect((await fuelOf(200_000)) - (await fuelOf(100_000))).toBeGreaterThan(1_000_000);
  });
});
