import { describe, expect, test } from "vitest";

import { runCase } from "./hoglet.ts";
import { exampleMmdb } from "./mmdb/example.ts";

describe("fetch in a case", () => {
  const call = (body: string) => `
    import nodeFetch from "node-fetch"
    export async function processEvent(event) { ${body} }`;
  const run = (body: string, rest: object = {}) => runCase(call(body), { events: [{}], ...rest });
  const URL_A = "https://x.com/a";

  test("answers from the first entry that fits and is not spent", async () => {
    const { returns, fetch } = await run(
      `const texts = []
       for (const method of ["GET", "GET", "POST", "GET"]) texts.push(await (await fetch("${URL_A}", { method })).text())
       return { texts }`,
      {
        mockFetch: [
          { url: URL_A, text: "once", times: 1, method: "get" },
          { url: URL_A, text: "any", times: 2 },
          { url: URL_A, text: "rest" },
        ],
      },
    );
    expect(returns).toEqual([{ texts: ["once", "any", "any", "rest"] }]);
    expect(fetch.map(({ method, url, status }) => [method, url, status])).toEqual([
      ["GET", URL_A, 200],
      ["GET", URL_A, 200],
      ["POST", URL_A, 200],
      ["GET", URL_A, 200],
    ]);
  });

  test("gives status, standard phrase, headers, JSON with its type, and an empty body by default", async () => {
    const { returns } = await run(
      `const tell = async (r) => [r.status, r.ok, r.statusText, r.headers.get("content-type"), r.headers.get("Link"), await r.text()]
       return { a: await tell(await fetch("${URL_A}")), b: await tell(await fetch("https://x.com/b")), c: await tell(await fetch("https://x.com/c")) }`,
      {
        mockFetch: [
          { url: URL_A, status: 429, headers: { Link: "<next>" } },
          { url: "https://x.com/b", json: null, statusText: "Fine" },
          { url: "https://x.com/c", json: { a: 1 }, headers: { "Content-Type": "application/vnd.x+json" } },
        ],
      },
    );
    expect(returns).toEqual([
      {
        a: [429, false, "Too Many Requests", null, "<next>", ""],
        b: [200, true, "Fine", "application/json", null, "null"],
        c: [200, true, "OK", "application/vnd.x+json", null, '{"a":1}'],
      },
    ]);
  });

  test("rejects what matches nothing with a TypeError, and network errors by who asked", async () => {
    const { returns, fetch } = await run(
      `const names = []
       for (const [ask, url] of [[fetch, "${URL_A}?"], [nodeFetch, "${URL_A}?"], [fetch, "${URL_A}"], [nodeFetch, "${URL_A}"]])
         await ask(url).catch((error) => names.push(error.name + (error.message.includes("down") ? " down" : "")))
       return { names }`,
      { mockFetch: [{ url: URL_A, networkError: "it is down" }] },
    );
    expect(returns).toEqual([{ names: ["TypeError", "TypeError", "TypeError down", "FetchError down"] }]);
    expect(fetch.map(({ status }) => status)).toEqual([null, null, null, null]);
  });

  test("answers before the address guard", async () => {
    const url = "http://127.0.0.1:9/";
    const { throws } = await run(`await fetch("${url}"); return {}`, { mockFetch: [{ url }] });
    expect(throws).toEqual([null]);
  });

  test("tells every request as the plugin made it, setup included", async () => {
    const url = "https://X.com/a b?q=ä#f";
    const { fetch } = await runCase(
      `export async function setupPlugin() { await fetch(${JSON.stringify(url)}, { headers: { "X-Num": 7, "x-Case": "y" } }) }
       export async function processEvent() {
         const form = new FormData(); form.append("field", "värde"); form.append("file", new Blob([new Uint8Array([255, 0])], { type: "image/x" }), "a.bin")
         for (const body of ['{"a":1}', "plain", new URLSearchParams({ a: "b c" }), Buffer.from("utf-8 ä"), new Uint8Array([255, 254]), form])
           await fetch("https://x.com/post", { method: "post", body })
         await fetch(new URL("https://x.com/post")) }`,
      { events: [{}], mockFetch: [{ url }, { url: "https://x.com/post", status: 201 }] },
    );
    const post = { method: "POST", url: "https://x.com/post", headers: {}, status: 201 };
    expect(fetch).toEqual([
      { method: "GET", url, headers: { "X-Num": "7", "x-Case": "y" }, status: 200 },
      { ...post, body: '{"a":1}', bodyJson: { a: 1 } },
      { ...post, body: "plain" },
      { ...post, body: "a=b+c" },
      { ...post, body: "utf-8 ä" },
      { ...post, bodyBase64: "//4=" },
      {
        ...post,
        bodyForm: [
          { name: "field", value: "värde" },
          { name: "file", filename: "a.bin", type: "image/x", base64: "/wA=" },
        ],
      },
      { ...post, method: "GET" },
    ]);
  });
});

describe("what a case starts from", () => {
  test("config stands as it is, with no defaults merged and nothing required", async () => {
    const source = `export const processEvent = (_, { config }) => ({ config })`;
    expect((await runCase(source, { config: { own: 1, nested: { a: [] } }, events: [{}] })).returns).toEqual([
      { config: { own: 1, nested: { a: [] } } },
    ]);
  });

  test("attachments are Buffers, of text, base64 or a file beside the case", async () => {
    const source = `export const processEvent = (_, { attachments }) => Object.fromEntries(Object.entries(attachments).map(
      ([key, { content_type, file_name, contents }]) => [key, [content_type, file_name, String(contents), Buffer.isBuffer(contents)]]))`;
    const { returns } = await runCase(source, {
      attachments: {
        text: { content_type: "text/plain", file_name: "a.txt", contents: "hällo" },
        bytes: { content_type: "x/y", file_name: "b", base64: "aGk=" },
        file: { file: "plugin.json" },
      },
      events: [{}],
    });
    expect(returns).toEqual([
      {
        text: ["text/plain", "a.txt", "hällo", true],
        bytes: ["x/y", "b", "hi", true],
        file: ["application/json", "plugin.json", '{"name":"tested"}', true],
      },
    ]);
  });

  test("a database among the attachments is read by a Reader, and a large attachment is refused", async () => {
    const { returns } = await runCase(
      `import { Reader } from "mmdb-lib"
       export const processEvent = (_, { attachments: { db, large } }) => {
         let error
         try { large.contents } catch (thrown) { error = thrown.name }
         return { country: new Reader(db.contents).get("192.0.2.1").country.iso_code, error }
       }`,
      {
        attachments: {
          db: { base64: exampleMmdb().toString("base64") },
          large: { contents: "x".repeat(17 * 1024 * 1024) },
        },
        events: [{}],
      },
    );
    expect(returns).toEqual([{ country: "ZZ", error: "RangeError" }]);
  });

  test("meta.request shows what the case says, and nothing else", async () => {
    const source =
      "export const processEvent = (_, { request: { country, asn, consent } }) => ({ country, asn, consent })";
    const run = (rest: object) => runCase(source, { events: [{}], ...rest });
    expect((await run({ request: { country: "SE", asn: 5 } })).returns).toEqual([
      { country: "SE", asn: 5, consent: null },
    ]);
    expect((await run({})).returns).toEqual([{ country: null, asn: null, consent: null }]);
    expect((await run({ grants: ["cache"] })).throws[0]).toContain("DeniedError: request was denied");
    await expect(run({ request: { county: "SE" } })).rejects.toThrow("county");
  });

  test("storage has the limits that it has in production", async () => {
    const { throws } = await runCase(
      "export const processEvent = async ({ key, length }, { storage }) => { await storage.set(key, 'x'.repeat(length)) }",
      {
        events: [
          { key: "k".repeat(201), length: 1 },
          { key: "k", length: 600_000 },
        ],
      },
    );
    expect(throws).toEqual([
      expect.stringContaining("storage: a key has at most 200 characters, this one has 201"),
      expect.stringContaining("storage.set: the value has 600002 characters of JSON, at most 600000 are kept"),
    ]);
  });

  test("geoip resolves to what the case says, and to null for other addresses", async () => {
    const source = `export const processEvent = async (_, { geoip }) => ({
      places: [await geoip.locate("1.1.1.1"), await geoip.locate("2.2.2.2"), await geoip.locate("toString"), await geoip.locate("3.3.3.3")] })`;
    const { returns } = await runCase(source, {
      geoip: { "1.1.1.1": { city: { names: { en: "X" } } }, "3.3.3.3": null },
      events: [{}],
    });
    expect(returns).toEqual([{ places: [{ city: { names: { en: "X" } } }, null, null, null] }]);
  });

  test("storage and cache hold what the case puts there, arrays in the cache as values or as lists", async () => {
    const source = `export const processEvent = async (_, { storage, cache }) => {
      const read = {
        stored: await storage.get("s"), nothing: await storage.get("none", "default"), text: await cache.get("t"),
        value: await cache.get("array"), list: await cache.lrange("list", 0, -1), miss: await cache.get("none", "default"),
      }
      await cache.lpush("list", ["new"]); await storage.del("gone"); await storage.set("n", null)
      await cache.set("raw", "not json", 5, { jsonSerialize: false }); await cache.incr("count"); await cache.expire("t", 9)
      await cache.set("forever", 1, 10); await cache.set("forever", 1)
      return read
    }`;
    const { returns, storage, cache, cacheTtl } = await runCase(source, {
      env: { now: 0 },
      initialStorage: { s: { a: 1 }, gone: 1 },
      initialCache: { t: "text", array: ["x", "y"], list: ["a", "b"], count: 41, untouched: [1] },
      events: [{}],
    });
    expect(returns).toEqual([
      { stored: { a: 1 }, nothing: "default", text: "text", value: ["x", "y"], list: ["a", "b"], miss: "default" },
    ]);
    expect(storage).toEqual({ s: { a: 1 }, n: null });
    expect(cache).toEqual({
      t: "text",
      array: ["x", "y"],
      list: ["new", "a", "b"],
      count: 42,
      untouched: [1],
      raw: "not json",
      forever: 1,
    });
    expect(cacheTtl).toEqual({ raw: 5, t: 9 });
  });
});
