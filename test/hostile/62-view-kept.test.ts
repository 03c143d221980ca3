import { describe, expect, test } from "vitest";

import { loadPlugin } from "../runtime/support/load-plugin.ts";
import "./support/attack.ts";

const event = (n: number) => ({ event: `e${n}`, n, properties: { n, deep: { n } }, [`only${n}`]: n });

describe("What a plugin keeps of an event is of that event for ever: it never shows another call's.", () => {
  test.each([
    [
      "the event, unread",
      "kept = event",
      "[kept.event, kept.n, kept.only1, kept.only2, kept.properties.n, Object.keys(kept).length]",
      ["e1", 1, 1, null, 1, 4],
    ],
    [
      "the event, read in part",
      "kept = event; void event.n",
      "[kept.event, kept.properties.deep.n, kept.only1, kept.only2]",
      ["e1", 1, 1, null],
    ],
    ["a part of it", "kept = event.properties", "[kept.n, kept.deep.n, 'only2' in kept]", [1, 1, false]],
    [
      "a proxy around it",
      "kept = new Proxy(event, {})",
      "[kept.event, kept.only2, kept.properties.deep.n]",
      ["e1", null, 1],
    ],
    [
      "an object that inherits from it",
      "kept = Object.create(event)",
      "[kept.event, kept.only2, kept.properties.n]",
      ["e1", null, 1],
    ],
    ["a closure over it", "kept = () => event", "[kept().event, kept().only2, kept().properties.n]", ["e1", null, 1]],
    ["a bound method", "kept = Object.keys.bind(null, event)", "kept()", ["event", "n", "properties", "only1"]],
    [
      "an iterator over it",
      "kept = Object.entries(event)[Symbol.iterator]()",
      "[...kept].map(([key]) => key)",
      ["event", "n", "properties", "only1"],
    ],
    [
      "a cycle that only the collector finds",
      "kept = {}; kept.self = kept; kept.event = event",
      "[kept.event.event, kept.event.only2]",
      ["e1", null],
    ],
    ["a promise of it", "kept = Promise.resolve(event)", "[(await kept).event, (await kept).only2]", ["e1", null]],
    [
      "a key of a Map",
      "kept = new Map([[event, 1]])",
      "[[...kept.keys()][0].event, kept.get(event) ?? 'another']",
      ["e1", "another"],
    ],
    [
      "an event frozen",
      "kept = Object.freeze(event)",
      "[kept.event, kept.only2, Object.isFrozen(kept)]",
      ["e1", null, true],
    ],
    [
      "an event changed",
      "kept = event; event.n = 7; delete event.only1; event.properties.deep.m = 1",
      "[kept.n, kept.only1, kept.properties.deep]",
      [7, null, { n: 1, m: 1 }],
    ],
  ])("%s", async (_, keep, look, expected) => {
    for (const end of ["return 1", "await meta.cache.get('k'); return 1", "throw new Error('x')"]) {
      const plugin = await loadPlugin(
        `let kept; exports.onEvent = async (event, meta) => { if (event.n === 1) { ${keep}; ${end} } kept2 = event; return ${look} }; var kept2`,
        { raw: true },
      );
      await plugin.call("onEvent", [event(1)]);
      expect(await plugin.run("onEvent", event(2))).toEqual(expected);
    }
  });

  test("and changing it changes no event of a later call", async () => {
    const plugin = await loadPlugin(
      "let kept; exports.processEvent = (event) => { if (kept) { kept.n = 'changed'; kept.properties.deep.n = 'changed'; delete kept.event } kept ??= event.properties && event; return event }",
      { raw: true },
    );
    await plugin.call("processEvent", [event(1)]);
    expect(JSON.parse((await plugin.call("processEvent", [event(2)])).json ?? "")).toEqual(event(2));
  });

  test("a kept event that is returned by a later call is that event, as a whole", async () => {
    const plugin = await loadPlugin("let kept; exports.processEvent = (event) => (kept ??= event)", { raw: true });
    await plugin.call("processEvent", [event(1)]);
    const { json, isSameEvent } = await plugin.call("processEvent", [event(2)]);
    expect([isSameEvent, JSON.parse(json ?? "")]).toEqual([false, event(1)]);
  });

  test("and what it takes to keep it is the keeping call's cost", async () => {
    const big = { event: "e", properties: Object.fromEntries(Array.from({ length: 2e4 }, (_, i) => [`k${i}`, { i }])) };
    const plugin = await loadPlugin("let kept; exports.onEvent = (event) => { kept = event; return 1 }", {
      raw: true,
      limits: { fuel: 1_000_000 },
    });
    expect((await plugin.call("onEvent", [big])).outcome).toMatchObject({ kind: "fuel" });
  });
});
