import { describe, expect, test } from "vitest";

import { attack } from "./support/attack.ts";

const VALUES = [
  "undefined",
  "null",
  "NaN",
  "-1",
  "1e400",
  "2 ** 53",
  "''",
  "'\\ud800'",
  "'\\u0000'",
  "{}",
  "[]",
  "Symbol('x')",
  "1n",
  "() => 1",
  "new Proxy({}, {})",
  "Object.create(null)",
  "{ toString() { throw new Error('mine') } }",
  "{ toString: () => ({}) }",
  "{ [Symbol.toPrimitive]: () => Symbol() }",
  "{ valueOf: () => 1n }",
  "event",
  "globalThis",
  "new Uint8Array(3)",
  "new Date(NaN)",
  "/x/",
];
const CALLS = [
  "meta.cache.set(X, X, X)",
  "meta.cache.get(X, X, X)",
  "meta.cache.incr(X)",
  "meta.cache.expire(X, X)",
  "meta.cache.lpush(X, X)",
  "meta.cache.lpush('k', [X])",
  "meta.cache.lrange(X, X, X)",
  "meta.cache.lpop(X, X)",
  "meta.cache.lrem(X, X, X)",
  "meta.storage.set(X, X)",
  "meta.storage.get(X)",
  "meta.storage.del(X)",
  "meta.utils.cursor.init(X, X)",
  "meta.utils.cursor.increment(X, X)",
  "meta.geoip.locate(X)",
  "meta.jobs[X](X).runIn(X, X)",
  "meta.jobs.x(X).runAt(X)",
  "posthog.capture(X, X)",
  "console.log(X)",
  "fetch(X, X)",
  "fetch('https://x.com', { method: X, headers: X, body: X, redirect: X })",
  "fetch('https://x.com', { headers: { [X]: X } })",
  "new URL(X, X)",
  "new URLSearchParams(X)",
  "new Headers(X)",
  "new Response(X, X).text()",
  "new Blob(X, X)",
  "new FormData().append(X, X, X)",
  "setTimeout(X, X)",
  "clearTimeout(X)",
  "require(X)",
  "Buffer.from(X)",
  "new (require('mmdb-lib').Reader)(X).get(X)",
  "meta.metrics[X].increment(X)",
  "console.table(X, X)",
  "console.count(X)",
];

describe("A capability takes any argument: it answers, or the plugin is told what is wrong. The host never fails.", () => {
  test.each(CALLS)("%s", async (call) => {
    const tries = VALUES.map(
      (value) =>
        `try { const X = ${value.startsWith("{") ? `(${value})` : value}; await ${call} } catch (e) { failures.push(String(e && e.name)) }`,
    ).join("\n");
    const { plugin, result } = await attack(`const failures = []; ${tries}; return failures`, {
      limits: { fuel: 50_000_000 },
    });
    expect([result.outcome.kind, result.outcome.message]).toEqual(["ok", undefined]);
    expect(plugin.sandbox.lost).toBe(false);
    for (const name of JSON.parse(result.json ?? "[]") as string[])
      expect(name).toMatch(
        /^(Type|Range|Syntax|Reference|Internal)?Error$|^URIError$|^IllegalOperationError$|^undefined$/,
      );
  });
});
