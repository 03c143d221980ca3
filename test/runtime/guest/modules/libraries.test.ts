import { expect, test } from "vitest";

import { loadPlugin } from "../../support/load-plugin.ts";
import { evaluate, makeKeys } from "./support.ts";

test("url has the classes and Node's functions of old", async () => {
  const code = `
    const url = require("url");
    const parsed = url.parse("https://u:p@x.com:8080/a/b?q=1&q=2#h", true);
    return [parsed.host, parsed.auth, parsed.pathname, parsed.query, url.parse("/a?b=c").query, url.resolve("https://x.com/a/b", "../c"),
      url.format({ protocol: "https", host: "x.com", query: { a: 1 } }), url.format(new URL("https://x.com/?a")), new url.URLSearchParams("a=1").get("a")]`;
  expect(await evaluate(code)).toEqual([
    "x.com:8080",
    "u:p",
    "/a/b",
    { q: ["1", "2"] },
    "b=c",
    "https://x.com/c",
    "https://x.com?a=1",
    "https://x.com/?a",
    "1",
  ]);
});

test("querystring, path and string_decoder", async () => {
  const code = `
    const querystring = require("querystring"), path = require("path"), { StringDecoder } = require("string_decoder");
    const decoder = new StringDecoder("utf8");
    const query = querystring.parse("__proto__=x&a=1");
    return [querystring.parse("a=1&a=2&b=%C3%A9"), querystring.stringify({ a: [1, 2], b: "é" }), querystring.escape("a b"), ({}).x,
      path.join("/a", "..", "b.txt"), path.extname("x.tar.gz"), path.resolve("/a", "b"), path.posix === path,
      decoder.write(Buffer.from([0xc3])) + decoder.write(Buffer.from([0xa9]))]`;
  expect(await evaluate(code)).toEqual([
    { a: ["1", "2"], b: "é" },
    "a=1&a=2&b=%C3%A9",
    "a%20b",
    null,
    "/b.txt",
    ".gz",
    "/a/b",
    true,
    "é",
  ]);
});

test("util and assert", async () => {
  const code = `
    const util = require("util"), assert = require("assert");
    const later = util.promisify((value, done) => done(null, value + 1));
    const failing = util.promisify((done) => done(new Error("no")));
    function Old() {} function Base() {} util.inherits(Old, Base);
    const thrown = (run) => { try { run(); return "nothing" } catch (e) { return e.name } };
    return [await later(1), await failing().catch((e) => e.message), util.format("%s is %d, %j", "x", 5, { a: 1 }), util.inspect({ a: [1, { b: new Map([[1, 2]]) }] }),
      new Old() instanceof Base, util.types.isDate(new Date()), util.isDeepStrictEqual({ a: [1] }, { a: [1] }), util.isDeepStrictEqual([1], ["1"]), typeof util.callbackify,
      thrown(() => assert(0)), thrown(() => assert.deepStrictEqual({ a: [1] }, { a: [1] })), thrown(() => assert.strictEqual(1, 2))]`;
  expect(await evaluate(code)).toEqual([
    2,
    "no",
    'x is 5, {"a":1}',
    "{ a: [ 1, { b: {} } ] }",
    true,
    true,
    true,
    false,
    "function",
    "AssertionError",
    "nothing",
    "AssertionError",
  ]);
});

test("events", async () => {
  const code = `
    const EventEmitter = require("events");
    class Mine extends EventEmitter {}
    const seen = [];
    const mine = new Mine().on("x", (...args) => seen.push(args)).once("x", () => seen.push("once"));
    mine.emit("x", 1, 2); mine.emit("x", 3);
    setTimeout(() => mine.emit("late", 4), 1);
    return [seen, mine.listenerCount("x"), await EventEmitter.once(mine, "late"), EventEmitter.EventEmitter === EventEmitter]`;
  expect(await evaluate(code)).toEqual([[[1, 2], "once", [3]], 1, [4], true]);
});

test("streams of all kinds, and pipelines of them", async () => {
  const code = `
    const { Readable, Writable, Transform, PassThrough, Duplex, pipeline, finished, Stream } = require("stream");
    const { promisify } = require("util");
    const seen = [];
    const upper = new Transform({ transform(chunk, encoding, done) { done(null, String(chunk).toUpperCase()) } });
    const sink = new Writable({ write(chunk, encoding, done) { seen.push(String(chunk)); setTimeout(done, 1) } });
    await promisify(pipeline)(Readable.from(["a", "b", "c"]), upper, new PassThrough(), sink);
    class Counter extends Readable { constructor() { super({ objectMode: true }); this.n = 0 } _read() { this.push(this.n < 3 ? { n: this.n++ } : null) } }
    const counted = [];
    for await (const item of new Counter()) counted.push(item.n);
    const broken = await promisify(pipeline)(Readable.from(["a"]), new Transform({ transform(c, e, done) { done(new Error("broken")) } }), new PassThrough()).catch((e) => e.message);
    const text = await new Promise((resolve) => { let all = ""; const p = new PassThrough(); p.on("data", (d) => all += d).on("end", () => resolve(all)); p.write("x"); p.end("y") });
    return [seen, counted, broken, text, typeof Duplex, typeof finished, typeof Stream]`;
  expect(await evaluate(code)).toEqual([
    ["A", "B", "C"],
    [0, 1, 2],
    "broken",
    "xy",
    "function",
    "function",
    "function",
  ]);
});

test("generic-pool lends what it made, and makes no more than it may", async () => {
  const code = `
    const { createPool } = require("generic-pool");
    let made = 0, destroyed = 0;
    const pool = createPool({ create: async () => ({ id: ++made }), destroy: async () => void destroyed++ }, { max: 2 });
    const ids = await Promise.all([1, 2, 3, 4].map(() => pool.use(async ({ id }) => { await new Promise((r) => setTimeout(r, 1)); return id })));
    await pool.drain();
    await pool.clear();
    return [ids.sort(), made, destroyed]`;
  expect(await evaluate(code)).toEqual([[1, 1, 2, 2], 2, 2]);
});

test("faker makes the same of the same event, and of a seed what version 5 made", async () => {
  const plugin = await loadPlugin(`
    const faker = require("faker");
    export const onEvent = () => [faker.name.findName(), faker.internet.email(), faker.datatype.uuid()];
    export const processEvent = () => { faker.seed(123); return { seeded: [faker.name.firstName(), faker.address.city()] } };
  `);
  const key = (n: number) => new Uint8Array(32).fill(n);
  const drawn = async (n: number) => (await plugin.call("onEvent", [{}], key(n))).json;
  const first = await drawn(1);
  expect(await drawn(1)).toBe(first);
  expect(await drawn(2)).not.toBe(first);
  const seeded = await plugin.run("processEvent", {});
  expect(await plugin.run("processEvent", {})).toEqual(seeded);
  // What faker 5.5.3 makes in Node.
  expect(seeded).toEqual({ seeded: ["Maurine", "Grantview"] });
});

test("jsonwebtoken signs and verifies by every kind of key", async () => {
  const code = `
    const jwt = require("jsonwebtoken");
    const { createPublicKey } = require("crypto");
    const ecPublic = createPublicKey(args.ec).export({ format: "pem", type: "spki" });
    const trip = (algorithm, key, publicKey) => jwt.verify(jwt.sign({ a: 1 }, key, { algorithm, expiresIn: "1h", issuer: "me" }), publicKey, { algorithms: [algorithm], issuer: "me" });
    const failed = (run) => { try { run(); return "nothing" } catch (e) { return [e.name, e.message] } };
    const hs = jwt.sign({ a: 1, iat: 1 }, "secret");
    const rs = jwt.sign({ a: 1 }, args.rsa, { algorithm: "RS256" });
    return [hs, jwt.decode(hs, { complete: true }).header.alg, trip("RS256", args.rsa, args.rsaPublic), trip("PS256", args.rsa, args.rsaPublic).a, trip("ES256", args.ec, ecPublic).a, trip("HS512", "s", "s").a,
      failed(() => jwt.verify(hs, "other")), failed(() => jwt.verify(rs.slice(0, -6) + "AAAAAA", args.rsaPublic)), failed(() => jwt.verify(jwt.sign({ exp: 1 }, "s"), "s")),
      failed(() => jwt.verify(jwt.sign({}, args.rsaPublic, { algorithm: "HS256" }), args.rsaPublic, { algorithms: ["RS256"] })), new jwt.TokenExpiredError("x") instanceof jwt.JsonWebTokenError,
      await new Promise((resolve) => jwt.sign({ a: 1 }, "s", (e, token) => resolve(jwt.verify(token, "s").a)))]`;
  expect(await evaluate(code, await makeKeys())).toEqual([
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhIjoxLCJpYXQiOjF9.r7jTYUvXphcjE8hZ74-bK2pBJUcvpSTPVzns-BRb7_I",
    "HS256",
    { a: 1, iat: 1_577_836_800, exp: 1_577_840_400, iss: "me" },
    1,
    1,
    1,
    ["JsonWebTokenError", "invalid signature"],
    ["JsonWebTokenError", "invalid signature"],
    ["TokenExpiredError", "jwt expired"],
    expect.arrayContaining(["JsonWebTokenError"]),
    true,
    1,
  ]);
});
