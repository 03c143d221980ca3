import fc from "fast-check";
import { expect, test } from "vitest";

import { jsonDepth } from "../../runtime/json-depth.ts";
import { loadPlugin } from "./support/load-plugin.ts";

const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

test("the depth of a text is that of its value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      expect(jsonDepth(JSON.stringify(value))).toBe(depthOf(value));
    }),
  );
  expect(jsonDepth(JSON.stringify({ 'a"[{': '\\"[[[[', b: ["]"] }))).toBe(2);
});

const NEST = `export function processEvent(event) {
  let nested = 1;
  for (let i = 0; i < event.levels; i++) nested = i % 2 ? [nested] : { nested };
  return { ...event, nested };
}`;

test("an event that is nested too deep is a bad return", async () => {
  const plugin = await loadPlugin(NEST);
  const kind = async (levels: number) => (await plugin.call("processEvent", [{ levels }])).outcome.kind;
  expect(await kind(99)).toBe("ok");
  expect(await kind(100)).toBe("bad-return");
  expect(await kind(5000)).toMatch(/bad-return|stack/);
});
