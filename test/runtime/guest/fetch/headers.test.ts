import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { bothWays } from "../../support/both-ways.ts";
import { loadPlugin } from "../../support/load-plugin.ts";

const STEPS = `(init, steps) => {
  const headers = new Headers(init);
  const seen = steps.map(([method, ...args]) => {
    try { return headers[method](...args) ?? null } catch (e) { return "threw " + e.name }
  });
  const each = [];
  headers.forEach((value, name) => each.push([name, value]));
  return [seen, each, [...headers], [...headers.keys()], [...headers.values()], headers.getSetCookie(), [...new Headers(headers)],
    Object.prototype.toString.call(headers)];
}`;

const name = fc.constantFrom("a", "A", "b", "X-Y", "set-cookie", "Set-Cookie", "content-type", "a b", "a:");
const value = fc.constantFrom("", "1", " 2\t", "a, b", "\n3\r\n", "4\n5", "\0", " \t ", "a=b; c");

describe("Headers", () => {
  test("do what the platform's do", async () => {
    const expectSame = await bothWays(STEPS);
    const step = fc.oneof(
      fc.tuple(fc.constantFrom("append", "set"), name, value),
      fc.tuple(fc.constantFrom("get", "has", "delete"), name),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.array(fc.tuple(name, value), { maxLength: 4 }),
          fc.dictionary(name, value, { maxKeys: 3 }),
          fc.constantFrom([["a"]], [["a", "b", "c"]], ["ab"], 5, "text"),
        ),
        fc.array(step, { maxLength: 5 }),
        expectSame,
      ),
      { numRuns: 120 },
    );
  });

  test("hold bytes and no other characters, and have names", async () => {
    const plugin = await loadPlugin(`
      const attempts = [["", "1"], ["é", "1"], ["\u{1f600}", "1"], ["a", "\u20ac"], ["a", "\u{1f600}"], ["a", "\xff"]];
      export const onEvent = () => attempts.map((pair) => { try { return [...new Headers([pair])][0] } catch (e) { return e.name } });
    `);
    expect(await plugin.run("onEvent", {})).toEqual([...Array<string>(5).fill("TypeError"), ["a", "\xff"]]);
  });

  test("have node-fetch's raw(), and take nothing for no headers", async () => {
    const plugin = await loadPlugin(`
      export const onEvent = () => [new Headers([["X-A", 1], ["x-a", "2"], ["B", "3"]]).raw(), [...new Headers(null)], [...new Headers()]];
    `);
    expect(await plugin.run("onEvent", {})).toEqual([{ "x-a": ["1", "2"], b: ["3"] }, [], []]);
  });

  test("with names of Object.prototype are headers like others", async () => {
    const plugin = await loadPlugin(`
      export const onEvent = () => {
        const headers = new Headers({ constructor: "a", ["__proto__"]: "b", toString: "c" });
        return [[...headers], headers.get("__proto__"), headers.get("hasOwnProperty"), Object.keys(headers.raw())];
      };
    `);
    expect(await plugin.run("onEvent", {})).toEqual([
      [
        ["__proto__", "b"],
        ["constructor", "a"],
        ["tostring", "c"],
      ],
      "b",
      null,
      ["constructor", "__proto__", "tostring"],
    ]);
  });
});
