import { describe, expect, test } from "vitest";

import { loadPlugin } from "../runtime/support/load-plugin.ts";
import "./support/attack.ts";

describe("Fuel is counted, not timed: the same call takes the same, whatever ran before it and whatever the clock says.", () => {
  const SOURCE =
    "exports.onEvent = (event) => { let s = 0; for (let i = 0; i < 1000; i++) s += [i].map((x) => x ** 1.5)[0]; return JSON.stringify(event).length + s > 0 };";
  const fuelOf = async (
    prepare: (plugin: Awaited<ReturnType<typeof loadPlugin>>) => Promise<void> | void,
  ): Promise<number> => {
    const plugin = await loadPlugin(SOURCE, { raw: true });
    await prepare(plugin);
    return (await plugin.call("onEvent", [{ a: 1 }])).outcome.fuel;
  };

  test("a moving clock changes nothing", async () => {
    const still = await fuelOf(() => undefined);
    const moved = await fuelOf((plugin) => void (plugin.clock.now += 86_400_000));
    expect([still > 0, moved]).toEqual([true, still]);
  });

  test("mathematics costs more than one fuel for each call", async () => {
    const cost = async (expression: string) => {
      const plugin = await loadPlugin(
        `exports.onEvent = () => { let a = 5e-310, x; for (let i = 0; i < 10000; i++) x = ${expression}; return 1 }`,
        { raw: true },
      );
      return (await plugin.call("onEvent", [{}])).outcome.fuel;
    };
    expect(await cost("a ** 1.1")).toBeGreaterThan((await cost("a * 1.1")) + 100_000);
  });

  test("following pointers costs more than counting", async () => {
    const cost = async (prepare: string) => {
      const plugin = await loadPlugin(
        `exports.onEvent = () => { ${prepare}; for (let i = 0; i < 10000; i++) o.x; return 1 }`,
        { raw: true },
      );
      return (await plugin.call("onEvent", [{}])).outcome.fuel;
    };
    const deep = "let o = { x: 1 }; for (let i = 0; i < 20; i++) o = Object.create(o)";
    expect(await cost(deep)).toBeGreaterThan((await cost("let o = { x: 1 }")) + 500_000);
  });
});
