import { describe, expect, test } from "vitest";

import { loadPlugin } from "../support/load-plugin.ts";

/** Enough for any plugin of these tests that comes to its end. */
const FUEL = 200_000;

const later = (loop: string) => `await new Promise((resolve) => resolve()).then(() => { ${loop} });`;

/** The loops that PostHog stopped, under its own names, and those that its guard missed. */
const LOOPS: [name: string, body: string][] = [
  ["while loop", "while (true) { i++; }"],
  ["while loop no body", "while (true) i++;"],
  ["while loop in promise", later("while (true) { i++; }")],
  ["do..while loop", "do { i++; } while (true);"],
  ["do..while loop no body", "do i++; while (true);"],
  ["do..while loop in promise", later("do { i++; } while (true);")],
  ["for loop", "for (;;) { i++; }"],
  ["for loop no body", "for (;;) i++;"],
  ["for loop in promise", later("for (;;) { i++; }")],
  ["for..of loop", "for (const x of (function* () { for (;;) yield 1; })()) i += x;"],
  ["for..in loop over more and more", "const o = {}; for (;;) for (const k in (o[i++] = 1, o)) i += +k * 0;"],
  ["recursion", "const f = (n) => n > 0 && (f(n - 1), f(n - 1)); f(60);"],
  ["array callback", "const a = [1]; a.forEach(() => Array(1e5).fill(0).map((_, j) => Array(1e5).fill(j)));"],
  ["regular expression", "/^(a+)+$/.test('a'.repeat(40) + 'b');"],
  ["code made at run time", "eval('for (;;) i++;');"],
];

describe("a loop that does not end ends its call, and only that", () => {
  test.each(LOOPS)("%s", async (_, body) => {
    const plugin = await loadPlugin(
      `
        let i = 0;
        export async function processEvent(event) {
          if (event.event === "well") return { ...event, event: "well done" };
          event.properties.half = true;
          ${body}
          event.event = "not reached";
          return event;
        }
      `,
      { limits: { fuel: FUEL } },
    );
    expect(await plugin.run("processEvent", { event: "well" })).toEqual({ event: "well done" });
    const { outcome, json } = await plugin.call("processEvent", [{ event: "endless", properties: {} }]);
    expect(outcome).toMatchObject({ function: "processEvent", kind: "fuel", limit: "fuel", value: FUEL });
    expect(json).toBeNull();
    expect(plugin.sandbox.lost).toBe(true);
  });
});

test("a loop that the plugin wraps in a guard of PostHog's names is stopped all the same", async () => {
  const plugin = await loadPlugin(
    `
      const __asyncGuard = (x) => x, _LP = Infinity, __pluginHostMeta = {};
      export function processEvent(event) { while (true) try { while (true); } finally { continue; } }
    `,
    { limits: { fuel: FUEL } },
  );
  expect((await plugin.call("processEvent", [{ event: "x" }])).outcome.kind).toBe("fuel");
});
