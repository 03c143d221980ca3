import { describe, expect, test } from "vitest";

import { OUTCOME_KINDS } from "../../wit/generated/contract.ts";
import { attack } from "./support/attack.ts";

describe("Whatever a function returns leaves as JSON or as a failure that is told, and is data on the host.", () => {
  test.each([
    ["a cycle", "const a = {}; a.a = a; return a", "bad-return"],
    ["a BigInt", "return 1n", "bad-return"],
    ["a BigInt, deep", "return { a: [1n] }", "bad-return"],
    ["a symbol", "return Symbol('x')", "bad-return"],
    ["a function", "return () => 1", "bad-return"],
    ["a Date", "return new Date(0)", "bad-return"],
    ["a list", "return [event]", "bad-return"],
    ["a number", "return 1", "bad-return"],
    ["a getter that throws", "return { get a() { throw new Error('x') } }", "bad-return"],
    ["a revoked proxy", "const p = Proxy.revocable({}, {}); p.revoke(); return p.proxy", "threw"],
    ["a revoked proxy within", "const p = Proxy.revocable({}, {}); p.revoke(); return { p: p.proxy }", "bad-return"],
    ["a proxy that lies about its keys", "return new Proxy({}, { ownKeys: () => ['a', 'a'] })", "bad-return"],
    ["a toJSON that gives a text", "return { toJSON: () => '{' }", "bad-return"],
    ["a toJSON that gives itself", "return { toJSON() { return this } }", "ok"],
    ["a thenable that throws", "return { then() { throw new Error('x') } }", "threw"],
    ["a thenable that does both", "return { then(a, b) { a({}); b(1); a({ x: 1 }) } }", "ok"],
    ["an event that is its own thenable", "event.then = (r) => r({ forged: 1 }); return event", "ok"],
    ["something deep", "let x = {}; for (let i = 0; i < 300; i++) x = { x }; return x", "bad-return"],
    ["halves of surrogate pairs", "return { '\\ud800': '\\udc00' }", "ok"],
    [
      "a prototype's name as key",
      'return JSON.parse(\'{"__proto__":{"polluted":1},"constructor":1,"toString":2}\')',
      "ok",
    ],
    ["a WeakRef", "return new WeakRef(event)", "ok"],
    ["a generator", "return (function* () {})()", "ok"],
    ["nothing", "return null", "dropped"],
    ["an empty text", "return ''", "dropped"],
  ] as const)("%s", async (_, body, kind) => {
    const { plugin, result } = await attack(body, { function: "processEvent" });
    expect([result.outcome.kind, result.outcome.message ?? ""]).toEqual([kind, expect.any(String)]);
    expect(OUTCOME_KINDS).toContain(result.outcome.kind);
    if (kind === "ok" && !result.isSameEvent) expect(JSON.parse(result.json ?? "")).toBeTypeOf("object");
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(plugin.sandbox.lost).toBe(false);
  });
});
