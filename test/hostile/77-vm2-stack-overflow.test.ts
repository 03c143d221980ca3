import { describe, expect, test } from "vitest";

import { survived } from "./support/attack.ts";

/**
 * CVE-2019-10761 (vm2 before 3.6.11): recursion that ended in the host's part of a call threw the host's RangeError, whose constructor led out.
 * Here the engine's own check comes first, and what ends in the host's part ends the engine: guest code never catches it.
 */
describe("The error of a stack overflow is the guest's own.", () => {
  test.each([
    ["plain recursion", "function f() { f() }"],
    [
      "recursion that calls the host at its deepest",
      "function f() { try { f() } finally { URL.canParse('https://x.com') } }",
    ],
    [
      "recursion in arguments of a capability",
      "const f = () => meta.cache.get({ toString: () => { f(); return 'k' } })",
    ],
    ["recursion in a log line", "const f = () => console.log({ toString: () => { f(); return '' } })"],
  ])("%s", async (_, script) => {
    const body = `
      ${script}
      try { await f() } catch (e) { return [e.constructor.constructor("return globalThis")() === globalThis, e instanceof InternalError] }
      return [true, true]`;
    expect(
      await survived(body, {
        limits: { fuel: 50_000_000, calls: 1e6, logLines: 1e6, logBytes: 1e9, concurrentCalls: 1e6 },
      }),
    ).toEqual([true, true]);
  });
});
