import { describe, expect, test } from "vitest";

import { attack, stopped } from "./support/attack.ts";

describe("A call writes so many lines and characters to the log, and no more.", () => {
  test.each(["log", "debug", "info", "warn", "error"])("lines of console.%s", async (level) => {
    await stopped("logLines", `for (;;) console.${level}('x')`, { limits: { logLines: 10 } });
  });
  test.each([
    ["in one line", "console.log('x'.repeat(2000))"],
    ["in many", "for (;;) console.log('x'.repeat(100))"],
    ["of an object", "console.log({ a: Array(2000).fill(1) })"],
    ["of a text that a toString makes", "console.log({ toString: () => 'x'.repeat(2000) })"],
  ])("characters %s", async (_, body) => {
    await stopped("logBytes", body, { limits: { logBytes: 1_000, fuel: 50_000_000 } });
  });
  test("no line above the limit is written", async () => {
    const { plugin } = await attack("for (;;) console.log('x')", { limits: { logLines: 3 } });
    expect(plugin.records.logs).toHaveLength(3);
  });
});
