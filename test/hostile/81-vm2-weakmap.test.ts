import { describe, expect, test } from "vitest";

import { survived } from "./support/attack.ts";

/**
 * CVE-2022-25893 (vm2 before 3.9.10): WeakMap.prototype.set was looked up where a plugin could replace it, and was handed the objects that
 * tie guest to host. Here the library asks no method that a plugin can replace on its way to the host, and there is nothing to be handed.
 */
describe("Collections that a plugin replaces are not what the bridge stands on.", () => {
  test.each(["WeakMap", "WeakSet", "Map", "Set", "WeakRef", "FinalizationRegistry"])("%s", async (name) => {
    const body = `
      const seen = [];
      for (const key of Reflect.ownKeys(${name}.prototype)) {
        const { value } = Reflect.getOwnPropertyDescriptor(${name}.prototype, key);
        if (typeof value === "function" && key !== "constructor") ${name}.prototype[key] = function (...args) { seen.push(...args); return Reflect.apply(value, this, args) };
      }
      globalThis.${name} = function () { throw new Error("replaced") };
      await meta.cache.set("k", 1); await meta.cache.get("k"); event.properties.a = 2; Object.keys(event); console.log("x"); await meta.storage.get("k");
      return seen.length`;
    expect(await survived(body)).toBe(0);
  });
});
