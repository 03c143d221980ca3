import { describe, test } from "vitest";

import { stopped } from "./support/attack.ts";

describe("JSON that is deeper than any stack ends as the limit that it is, read or written.", () => {
  test.each([
    ["lists read", "JSON.parse('['.repeat(2e5))"],
    ["objects read", `JSON.parse('{"a":'.repeat(2e5))`],
    ["lists written", "let x = []; for (let i = 0; i < 2e5; i++) x = [x]; JSON.stringify(x)"],
    ["objects written", "let x = {}; for (let i = 0; i < 2e5; i++) x = { x }; JSON.stringify(x)"],
    ["a result", "let x = {}; for (let i = 0; i < 2e5; i++) x = { x }; return x"],
    ["toJSON", "function f() { JSON.stringify({ toJSON: f }) } f()"],
    ["a replacer", "const f = () => JSON.stringify({}, f); f()"],
    ["a reviver", "const f = () => JSON.parse('1', f); f()"],
    ["a reviver that deepens what it walks", "JSON.parse('[1,[2]]', function (k, v) { this[1] = [1, [2]]; return v })"],
    ["a value in storage", "let x = []; for (let i = 0; i < 2e5; i++) x = [x]; await meta.storage.set('k', x)"],
    [
      "properties of a captured event",
      "let x = {}; for (let i = 0; i < 2e5; i++) x = { x }; await posthog.capture('e', x)",
    ],
    ["a part of the event", "let x = {}; for (let i = 0; i < 2e5; i++) x = { x }; event.x = x; JSON.stringify(event)"],
  ])("%s", async (_, body) => {
    await stopped("stackBytes", body, { limits: { fuel: 100_000_000 } });
  });
});
