import { describe, expect, test } from "vitest";

import { attack, survived } from "./support/attack.ts";

/**
 * CVE-2023-29199 and CVE-2023-30547 (vm2): an exception of the host that got past the code which made exceptions harmless, by way of a
 * proxy's getPrototypeOf trap, led to the host's Function. Here an exception of the host has no way into the guest but as two texts.
 */
describe("No object of the host is ever thrown into the guest.", () => {
  test("what a capability throws is made anew in the guest, from name and message", async () => {
    const body = `
      const out = [];
      for (const use of [() => new URL("::"), () => meta.utils.cursor.increment("k", NaN), () => meta.cache.expire("k", -1), () => meta.cache.lpop("k", 1.5)])
        try { await use(); out.push("fine") } catch (e) { out.push(e.constructor.constructor("return globalThis")() === globalThis, Object.getPrototypeOf(Object.getPrototypeOf(e)) === Error.prototype, typeof e.cause) }
      return out.filter((x) => x !== true && x !== "undefined" && x !== "fine")`;
    expect(await survived(body)).toEqual([]);
  });

  test("a failure of the host itself ends the call without a word to the guest", async () => {
    const failing = () =>
      ({
        cache: {
          get: () => {
            throw new Error("host's own");
          },
        },
      }) as never;
    await expect(
      attack("try { await meta.cache.get('k') } catch (e) { console.log(e) } finally { console.log('caught') }", {
        provide: failing,
      }),
    ).rejects.toThrow("host's own");
  });

  test("a trap in the middle of telling an error gets nothing", async () => {
    const body = `
      const got = [];
      const p = new Proxy({}, { getPrototypeOf() { got.push(1); try { null.x } catch (e) { got.push(e.constructor === TypeError) } throw new Proxy(new Error("inner"), { getPrototypeOf(t) { got.push(2); return Reflect.getPrototypeOf(t) } }) } });
      exports.onSnapshot = () => got;
      throw p`;
    const { plugin, result } = await attack(body);
    expect(result.outcome).toMatchObject({ kind: "threw", message: "a value that cannot be printed" });
    expect(plugin.sandbox.lost).toBe(false);
  });
});
