import { describe, expect, test } from "vitest";

import { bothWays } from "../../support/both-ways.ts";
import { loadPlugin } from "../../support/load-plugin.ts";
import { response } from "../../support/records.ts";

const TELL = `async (address, init, over) => {
  const first = new Request(address, init);
  const request = over ? new Request(first, over) : first;
  const facts = [request.url, request.method, [...request.headers], request.redirect, request.bodyUsed, first.bodyUsed, request.signal.aborted];
  const copy = request.clone();
  return [facts, await copy.text(), copy.bodyUsed, await request.text(), await request.text().catch((e) => e.name), Object.prototype.toString.call(request)];
}`;

describe("Request", () => {
  test.each([
    ["https://x.com/a b", {}],
    ["nowhere", {}],
    ["https://x.com/", { method: "post", headers: { "X-A": "1" }, body: "text" }],
    ["https://x.com/", { method: "PUT", headers: { "content-type": "a/b" }, body: "text" }],
    ["https://x.com/", { body: "text" }],
    ["https://x.com/", { method: "a b" }],
    ["https://x.com/", { method: "POST", body: "text" }, { method: "PUT" }],
    ["https://x.com/", { method: "POST", body: "text" }, { body: "other", headers: { a: "b" } }],
    ["https://x.com/", { method: "POST", body: "text" }, { method: "GET" }],
    ["https://x.com/", { redirect: "manual" }, { headers: { a: "b" } }],
  ])("%s, %j, %j is what it is to the platform", async (...args) => {
    await (
      await bothWays(TELL)
    )(...args);
  });

  test.each([
    ["an address", "new Request('https://x.com/a b')", {}, { url: "https://x.com/a%20b", method: "GET", headers: [] }],
    ["an URL", "new URL('https://x.com/a b')", {}, { url: "https://x.com/a%20b" }],
    [
      "a body, without the content type that the host gives it",
      "new Request('https://x.com/', { method: 'POST', body: 'text', headers: { 'X-A': '1' } })",
      {},
      { method: "POST", headers: [["X-A", "1"]], body: { tag: "text", val: "text" } },
    ],
    [
      "a form, which the host writes",
      "(() => { const form = new FormData(); form.set('a', 'b'); return new Request('https://x.com/', { method: 'POST', body: form }) })()",
      {},
      { headers: [], body: { tag: "form", val: [{ name: "a", value: new Uint8Array([98]) }] } },
    ],
    [
      "a Blob, whose type nobody else knows",
      "new Request('https://x.com/', { method: 'POST', body: new Blob(['x'], { type: 'a/b' }) })",
      {},
      { headers: [["content-type", "a/b"]], body: { tag: "bytes", val: new Uint8Array([120]) } },
    ],
    [
      "a content type of its own",
      "new Request('https://x.com/', { method: 'POST', body: 'text', headers: { 'Content-Type': 'a/b' } })",
      {},
      { headers: [["Content-Type", "a/b"]] },
    ],
    [
      "something else in the call",
      "new Request('https://x.com/', { method: 'POST', body: 'text' })",
      { method: "PUT", headers: { b: "c" } },
      { method: "PUT", headers: [["b", "c"]], body: { tag: "text", val: "text" } },
    ],
  ])("with %s is sent", async (_, request, init, expected) => {
    const plugin = await loadPlugin(
      `export const onEvent = async ({ init }) => (await fetch(${request}, init)).status`,
    );
    plugin.records.respond = () => response(200, "");
    expect(await plugin.run("onEvent", { init })).toBe(200);
    expect(plugin.records.requests).toMatchObject([expected]);
  });

  test("whose body was sent cannot be sent again", async () => {
    const plugin = await loadPlugin(`
      export const onEvent = async () => {
        const request = new Request("https://x.com/", { method: "POST", body: "text" });
        await fetch(request);
        return [request.bodyUsed, await fetch(request).catch((e) => e.name)];
      };
    `);
    expect(await plugin.run("onEvent", {})).toEqual([true, "TypeError"]);
    expect(plugin.records.requests).toHaveLength(1);
  });
});
