import { describe, expect, test } from "vitest";

import { attack } from "./support/attack.ts";

const NEST = (levels: number, make = "{ x }") => `let x = {}; for (let i = 1; i < ${levels}; i++) x = ${make};`;

describe("An event that leaves a plugin has a hundred levels at most, however they were put together.", () => {
  test.each([
    ["a new event of 100", `${NEST(100)} return x`, "ok"],
    ["a new event of 101", `${NEST(101)} return x`, "bad-return"],
    ["a part of 99", `${NEST(99)} event.x = x; return event`, "ok"],
    ["a part of 100", `${NEST(100)} event.x = x; return event`, "bad-return"],
    ["a part of a part", `${NEST(98)} event.properties.x = x; return event`, "ok"],
    ["a part of a part, too deep", `${NEST(99)} event.properties.x = x; return event`, "bad-return"],
    ["lists", `${NEST(100, "[x]")} event.x = x; return event`, "bad-return"],
    ["an element of a list", `${NEST(98)} event.properties.list.push(x); return event`, "bad-return"],
    ["braces in a text are none", `event.x = "[".repeat(500) + '\\\\"{'; return event`, "ok"],
    [
      "parts that are moved into each other",
      `${NEST(60)} event.a = x; const y = event.properties; ${NEST(60).replace("let x", "x")} y.b = x; event.a.z = y; return event`,
      "ok",
    ],
  ] as const)("%s", async (_, body, kind) => {
    const { plugin, result } = await attack(body, { function: "processEvent" });
    expect(result.outcome.kind).toBe(kind);
    expect(plugin.sandbox.lost).toBe(false);
  });
});
