import { describe, expect, test } from "vitest";

import { loadPlugin } from "../runtime/support/load-plugin.ts";
import "./support/attack.ts";

const LOOK =
  "exports.onEvent = () => [Object.prototype.left, [].left, meta0.left, globalThis.left, Math.left, JSON.stringify === globalThis.kept, Object.keys(globalThis).sort().join()]; let meta0 = {}; exports.setupPlugin = (meta) => { meta0 = meta.global }";

describe("Sandboxes that start from one image share no object.", () => {
  test("what one does to its builtins, globals and meta, no other sees: neither one that was there before, nor one that comes after", async () => {
    const before = await loadPlugin(LOOK, { raw: true });
    await before.call("setupPlugin");
    const first = await before.run("onEvent", {});
    const vandal = await loadPlugin(
      `for (const target of [Object.prototype, Array.prototype, Math, globalThis, JSON, Promise.prototype]) target.left = "left";
       JSON.stringify = globalThis.kept = () => "left";
       exports.onEvent = (event, meta) => { Array.prototype.join = () => "left"; meta.global.left = meta.cache.left = meta.left = "left"; Object.freeze(Object.prototype); return 1 };`,
      { raw: true },
    );
    await vandal.call("onEvent", [{}]);
    const after = await loadPlugin(LOOK, { raw: true });
    await after.call("setupPlugin");
    expect(await before.run("onEvent", {})).toEqual(first);
    expect(await after.run("onEvent", {})).toEqual(first);
    expect((first as unknown[]).slice(0, 6)).toEqual([null, null, null, null, null, false]);
  });

  test("symbols of the registry, and class identities, are each one's own", async () => {
    const make = () =>
      loadPlugin(
        "const mine = Symbol.for('shared'); Object.prototype[mine] = 1; exports.onEvent = () => Object.getOwnPropertySymbols(Object.prototype).length",
        { raw: true },
      );
    const [a, b] = [await make(), await make()];
    expect([await a.run("onEvent", {}), await b.run("onEvent", {})]).toEqual([1, 1]);
  });
});
