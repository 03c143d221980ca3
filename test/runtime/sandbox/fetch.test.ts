import { describe, expect, test } from "vitest";

import { HostError } from "../../../runtime/host-error.ts";
import { loadPlugin } from "../support/load-plugin.ts";
import { response } from "../support/records.ts";

/** Runs a body that fetches, against one answer. */
async function fetching(body: string, answer = response(200, "")) {
  const plugin = await loadPlugin(
    `import nodeFetch from "node-fetch"; export async function onEvent(event, meta) { ${body} }`,
  );
  plugin.records.respond = () => answer;
  const result = await plugin.call("onEvent", [{}]);
  return {
    ...result,
    value: result.json === null ? undefined : (JSON.parse(result.json) as unknown),
    requests: plugin.records.requests,
  };
}

describe("fetch is found", () => {
  test.each([
    ["as a global", "await fetch('https://example.com/results.json')"],
    ["through import", "await nodeFetch('https://example.com/results.json')"],
    ["through require", "await require('node-fetch')('https://example.com/results.json')"],
    ["as the default of the module", "await require('node-fetch').default('https://example.com/results.json')"],
  ])("%s", async (_, call) => {
    const { value, requests } = await fetching(`return (${call}).json()`, response(200, '{"count":2}'));
    expect(value).toEqual({ count: 2 });
    expect(requests).toEqual([
      { url: "https://example.com/results.json", method: "GET", headers: [], redirect: "follow" },
    ]);
  });
});

describe("a request", () => {
  test.each([
    ["'https://x.com/a b?c#d'", { url: "https://x.com/a b?c#d" }],
    ["new URL('https://X.com/a b')", { url: "https://x.com/a%20b" }],
    ["'u', { method: 'post' }", { method: "POST" }],
    [
      "'u', { headers: { 'X-A': 1, b: 'c' } }",
      {
        headers: [
          ["X-A", "1"],
          ["b", "c"],
        ],
      },
    ],
    [
      "'u', { headers: [['X-A', '1'], ['X-A', '2']] }",
      {
        headers: [
          ["X-A", "1"],
          ["X-A", "2"],
        ],
      },
    ],
    ["'u', { headers: new Headers({ 'X-A': '1' }) }", { headers: [["X-A", "1"]] }],
    ["'u', { headers: undefined, body: null }", { headers: [] }],
    ["'u', { redirect: 'manual' }", { redirect: "manual" }],
    ["'u', { redirect: 'nonsense' }", { redirect: "follow" }],
    ["'u', { method: 'POST', body: 'text' }", { body: { tag: "text", val: "text" } }],
    ["'u', { method: 'POST', body: 5 }", { body: { tag: "text", val: "5" } }],
    ["'u', { method: 'POST', body: new URLSearchParams({ a: 'b c' }) }", { body: { tag: "params", val: "a=b+c" } }],
    [
      "'u', { method: 'POST', body: new Uint8Array([1, 2, 3]).subarray(1) }",
      { body: { tag: "bytes", val: new Uint8Array([2, 3]) } },
    ],
    ["'u', { method: 'POST', body: new Uint16Array([258]) }", { body: { tag: "bytes", val: new Uint8Array([2, 1]) } }],
    ["'u', { method: 'POST', body: new Uint8Array([7]).buffer }", { body: { tag: "bytes", val: new Uint8Array([7]) } }],
    [
      "'u', { method: 'POST', body: Buffer.from('héllo').subarray(1, 3) }",
      { body: { tag: "bytes", val: new Uint8Array([0xc3, 0xa9]) } },
    ],
    ["'u', { method: 'POST', body: new Uint8Array() }", { body: { tag: "bytes", val: new Uint8Array() } }],
    [
      "'u', { method: 'POST', body: new Blob(['a', new Uint8Array([98])]) }",
      { body: { tag: "bytes", val: new Uint8Array([97, 98]) } },
    ],
  ])("%s", async (args, expected) => {
    const { outcome, requests } = await fetching(`await fetch(${args})`);
    expect(outcome.message).toBeUndefined();
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject(expected);
  });

  test("without a body has none", async () => {
    expect((await fetching("await fetch('u', { body: undefined })")).requests[0]).not.toHaveProperty("body");
  });

  test("with a form carries its parts in order", async () => {
    const { requests } = await fetching(`
      const form = new FormData();
      form.append("a", 1);
      form.append("file", new Blob(["héllo"], { type: "text/plain" }), "name.txt");
      form.append("b", new Blob([new Uint8Array([0, 255])]));
      await fetch("u", { method: "POST", body: form });
    `);
    expect(requests[0]?.body).toEqual({
      tag: "form",
      val: [
        { name: "a", value: new Uint8Array([49]) },
        { name: "file", value: new TextEncoder().encode("héllo"), filename: "name.txt", contentType: "text/plain" },
        { name: "b", value: new Uint8Array([0, 255]), filename: "blob" },
      ],
    });
  });

  test.each([
    ["{ 'a b': '1' }", "TypeError: a b is not a legal HTTP header name"],
    ["{ '': '1' }", "TypeError:  is not a legal HTTP header name"],
    ["{ a: 'b\\r\\nc: d' }", 'TypeError: "b\\r\\nc: d" is not a legal HTTP header value'],
    ["{ a: 'b\\0' }", 'TypeError: "b\\u0000" is not a legal HTTP header value'],
  ])("with headers %s is never sent", async (headers, error) => {
    const { thrown, requests } = await fetching(`await fetch("u", { headers: ${headers} })`);
    expect(thrown).toBe(error);
    expect(requests).toEqual([]);
  });
});

describe("a response", () => {
  const answer = response(201, '{"a":"é"}', [
    ["Content-Type", "application/json"],
    ["Set-Cookie", "a=1"],
    ["set-cookie", "b=2"],
  ]);

  test("has the surface that plugins use", async () => {
    const { value } = await fetching(
      `const r = await fetch("u");
       return [r.status, r.ok, r.statusText, r.url, r.redirected, r.bodyUsed, r.headers.get("content-type"), r.headers.has("CONTENT-TYPE"),
         r.headers.get("none"), r.headers.raw(), r.headers.getSetCookie(), [...r.headers].length, await r.json(), r.bodyUsed]`,
      answer,
    );
    expect(value).toEqual([
      201,
      true,
      "",
      "https://example.com/final",
      false,
      false,
      "application/json",
      true,
      null,
      { "content-type": ["application/json"], "set-cookie": ["a=1", "b=2"] },
      ["a=1", "b=2"],
      3,
      { a: "é" },
      true,
    ]);
  });

  test.each([
    ["text()", '{"a":"é"}'],
    ["json()", { a: "é" }],
    ["buffer().then((b) => [Buffer.isBuffer(b), b.toString()])", [true, '{"a":"é"}']],
    ["arrayBuffer().then((b) => [b instanceof ArrayBuffer, b.byteLength])", [true, 10]],
    ["bytes().then((b) => b[0])", 123],
    ["blob().then((b) => [b.size, b.type])", [10, "application/json"]],
    ["clone().text()", '{"a":"é"}'],
  ])("%s", async (read, expected) => {
    expect((await fetching(`return (await fetch("u")).${read}`, answer)).value).toEqual(expected);
  });

  test("can be read once, and cloned before", async () => {
    expect((await fetching("const r = await fetch('u'); await r.text(); await r.text()")).thrown).toBe(
      "TypeError: body used already for: https://example.com/final",
    );
    expect((await fetching("const r = await fetch('u'); await r.text(); r.clone()")).outcome.kind).toBe("threw");
    expect(
      (
        await fetching(
          "const r = await fetch('u'); const c = r.clone(); return [await r.text(), await c.text()]",
          answer,
        )
      ).value,
    ).toEqual(['{"a":"é"}', '{"a":"é"}']);
  });

  test("drops a byte order mark from text, and keeps what is not UTF-8 readable", async () => {
    const bytes = { ...answer, body: new Uint8Array([0xef, 0xbb, 0xbf, 65, 0xff]) };
    expect((await fetching("return (await fetch('u')).text()", bytes)).value).toBe("A\ufffd");
  });

  test("becomes JSON without failing", async () => {
    const { value } = await fetching("const r = await fetch('u'); return [JSON.stringify(r), typeof r]", answer);
    expect(value).toEqual([expect.stringContaining('"status":201'), "object"]);
  });

  test("that is no JSON rejects as a SyntaxError", async () => {
    expect((await fetching("await (await fetch('u')).json()", response(200, "<html>"))).thrown).toMatch(
      /^SyntaxError: /,
    );
  });

  test.each([
    [200, true],
    [299, true],
    [300, false],
    [404, false],
    [500, false],
  ])("of status %d: ok is %s", async (status, ok) => {
    expect((await fetching("return (await fetch('u')).ok", response(status, ""))).value).toBe(ok);
  });
});

describe("a request that fails", () => {
  test.each([
    ["fetch", "TypeError"],
    ["nodeFetch", "FetchError"],
  ])("on the network: %s rejects with %s", async (name, error) => {
    const plugin = await loadPlugin(`
      import nodeFetch from "node-fetch";
      export const onEvent = () => ${name}("u").catch((e) => [e.name, e.message, e instanceof Error]);
    `);
    plugin.records.respond = () => Promise.reject(new HostError("NetworkError", "connection refused"));
    expect(await plugin.run("onEvent", {})).toEqual([error, "connection refused", true]);
  });

  test.each([
    ["request to u failed, reason: connect ECONNREFUSED 1.2.3.4:443", "system", "ECONNREFUSED"],
    ["request to u failed, reason: it redirects more than 5 times", "max-redirect", null],
    ["request to u failed, reason: it redirects, and the request says redirect: error", "no-redirect", null],
  ])("%s: node-fetch has its type and code", async (message, type, code) => {
    const plugin = await loadPlugin(`
      import fetch, { FetchError } from "node-fetch";
      export const onEvent = () => fetch("u").catch((e) => [e instanceof FetchError, String(e), e.type, e.code ?? null, e.errno ?? null, Object.keys(e)]);
    `);
    plugin.records.respond = () => Promise.reject(new HostError("NetworkError", message));
    const own = code === null ? ["type"] : ["type", "code", "errno"];
    expect(await plugin.run("onEvent", {})).toEqual([true, `FetchError: ${message}`, type, code, code, own]);
  });

  test("for another reason keeps its name", async () => {
    const plugin = await loadPlugin("export const onEvent = () => fetch('u')");
    plugin.records.respond = () => Promise.reject(new HostError("AbortError", "too late"));
    expect((await plugin.call("onEvent", [{}])).thrown).toBe("AbortError: too late");
  });
});
