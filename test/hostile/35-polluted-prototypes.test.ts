import { describe, expect, test } from "vitest";

import { attack } from "./support/attack.ts";

/** Replaces every method of a prototype by one that counts its calls, hands out what it sees, and answers nonsense. */
const POISON = (target: string) => `
  globalThis.seen = [];
  for (const key of Reflect.ownKeys(${target})) {
    if (key === "constructor") continue;
    try { Object.defineProperty(${target}, key, { configurable: true, writable: true, value: function (...args) { seen[seen.length] = [this, args]; return undefined } }) } catch {}
  }`;
const USE = "meta.storage.set('k', { a: 1 }); posthog.capture('mine', { a: 1 }); console.log('mine'); return event";

describe("A plugin that poisons a prototype for itself reaches only its own capabilities, with values of the contract.", () => {
  test.each([
    "Object.prototype",
    "Array.prototype",
    "Function.prototype",
    "String.prototype",
    "Number.prototype",
    "Boolean.prototype",
    "Symbol.prototype",
    "Promise.prototype",
    "RegExp.prototype",
    "Date.prototype",
    "Map.prototype",
    "Set.prototype",
    "WeakMap.prototype",
    "WeakRef.prototype",
    "ArrayBuffer.prototype",
    "Uint8Array.prototype",
    "Object.getPrototypeOf(Uint8Array.prototype)",
    "Error.prototype",
    "BigInt.prototype",
    "JSON",
    "Math",
    "Reflect",
    "Object",
    "Array",
    "Promise",
    "Proxy",
    "Object.getPrototypeOf([][Symbol.iterator]())",
    "Iterator.prototype",
    "Object.getPrototypeOf(function* () {}).prototype",
  ])("%s", async (target) => {
    const { plugin, result } = await attack(USE, { script: POISON(target), function: "processEvent" }).catch(loadError);
    expect(["ok", "threw", "bad-return", "timeout", "dropped"]).toContain(result.outcome.kind);
    for (const [event, properties] of plugin?.records.captured ?? [])
      expect([event, properties]).toEqual(["mine", { a: 1 }]);
    for (const [key, value] of plugin?.records.storage ?? []) expect([key, value]).toEqual(["k", '{"a":1}']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

/** A script that poisons itself so that it cannot even be looked through. */
function loadError(error: unknown) {
  expect(error).toMatchObject({ name: "PluginLoadError", outcome: { kind: "threw" } });
  return { plugin: undefined, result: { outcome: { kind: "threw" } } };
}
