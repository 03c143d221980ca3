import { describe, expect, test } from "vitest";

import { attack } from "./support/attack.ts";

describe("Whatever a function throws is told as text of bounded length.", () => {
  test.each([
    ["a text", "throw 'x'", "x"],
    ["nothing", "throw undefined", "undefined"],
    ["null", "throw null", "null"],
    ["a symbol", "throw Symbol('x')", "Symbol(x)"],
    ["a BigInt", "throw 1n", "1"],
    ["a function", "throw () => 1", "() => 1"],
    ["an object", "throw { a: 1 }", '{"a":1}'],
    ["a cycle", "const a = {}; a.a = a; throw a", "a value that cannot be printed"],
    [
      "an error whose message is an object",
      "throw Object.assign(new Error(), { message: { toString: () => 'made' } })",
      "Error: made",
    ],
    [
      "an error whose message throws",
      "throw Object.defineProperty(new Error(), 'message', { get() { throw 1 } })",
      "a value that cannot be printed",
    ],
    ["an error whose name is long", "throw Object.assign(new Error('m'), { name: 'n'.repeat(1e5) })", "n".repeat(4096)],
    ["a long text", "throw 'x'.repeat(1e6)", "x".repeat(4096)],
    ["a proxy of an error", "throw new Proxy(new Error('m'), {})", "Error: m"],
    ["a proxy that throws", "throw new Proxy({}, { getPrototypeOf() { throw 1 } })", "a value that cannot be printed"],
    ["an error of another class", "throw new (class extends TypeError { name = 'Mine' })('m')", "Mine: m"],
    ["an AggregateError", "throw new AggregateError([1], 'm')", "AggregateError: m"],
  ])("%s", async (_, body, message) => {
    const { plugin, result } = await attack(body);
    expect(result.outcome).toMatchObject({ function: "onEvent", kind: "threw", message });
    expect(plugin.sandbox.lost).toBe(false);
  });

  test.each(["fuel", "memory", "stack", "limit", "timeout", "ok", "bad-return"])(
    "an error that calls itself %s is a thrown error",
    async (kind) => {
      const { result } = await attack(
        `throw Object.assign(new Error("out of fuel"), { name: "EngineError", kind: "${kind}", fault: "${kind}", limit: "fuel" })`,
      );
      expect(result.outcome).toMatchObject({ kind: "threw", message: "EngineError: out of fuel" });
      expect(result.outcome.limit).toBeUndefined();
    },
  );
});
