import { describe, expect, test } from "vitest";

import { loadPlugin } from "../runtime/support/load-plugin.ts";
import "./support/attack.ts";

const DRAW =
  "exports.onEvent = () => [Math.random(), Math.random()]; globalThis.early = Math.random(); exports.onSnapshot = () => [early]";
const key = (n: number) => new Uint8Array(32).fill(n);

describe("Random numbers follow from a call's key alone, not from the image and not from earlier calls.", () => {
  test("two sandboxes of one image draw differently, call by call", async () => {
    const [a, b] = [await loadPlugin(DRAW, { raw: true }), await loadPlugin(DRAW, { raw: true, randomKey: key(9) })];
    const drawn = [];
    for (const [plugin, n] of [
      [a, 1],
      [a, 2],
      [b, 3],
      [b, 4],
    ] as const)
      drawn.push((await plugin.call("onEvent", [{}], key(n))).json);
    expect(new Set(drawn).size).toBe(4);
    expect((await a.call("onSnapshot", [{}])).json).not.toBe((await b.call("onSnapshot", [{}])).json);
  });

  test("a plugin cannot move the numbers of a later call by what it draws or replaces", async () => {
    const honest = await loadPlugin(DRAW, { raw: true });
    const greedy = await loadPlugin(
      `${DRAW}; const { random } = Math; exports.onSnapshot = () => { for (let i = 0; i < 1000; i++) random(); Math.imul = () => 0; Math.floor = () => 0; Object.prototype[0] = 7 }`,
      { raw: true },
    );
    await greedy.call("onSnapshot", [{}], key(5));
    expect((await greedy.call("onEvent", [{}], key(6))).json).toBe((await honest.call("onEvent", [{}], key(6))).json);
  });

  test("the same key gives the same again, after a fault in another sandbox", async () => {
    const first = await loadPlugin(DRAW, { raw: true });
    const drawn = (await first.call("onEvent", [{}], key(7))).json;
    const bad = await loadPlugin("exports.onEvent = () => { Math.random(); for (;;); }", {
      raw: true,
      limits: { fuel: 1e6 },
    });
    await bad.call("onEvent", [{}], key(7));
    expect((await (await loadPlugin(DRAW, { raw: true })).call("onEvent", [{}], key(7))).json).toBe(drawn);
  });
});
