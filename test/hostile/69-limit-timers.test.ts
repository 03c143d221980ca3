import { describe, expect, test } from "vitest";

import { stopped, survived } from "./support/attack.ts";

describe("So many timers of a call wait at a time, and no more.", () => {
  const limits = { timers: 5 };
  test.each([
    ["setTimeout", "for (;;) setTimeout(() => {}, 1e6)"],
    ["setInterval", "for (;;) setInterval(() => {}, 1e6)"],
    ["setImmediate", "for (;;) setImmediate(() => {})"],
    [
      "with delays that are none",
      "for (const d of [Infinity, NaN, -1, 2 ** 40, '1e6', {}, null]) setTimeout(() => {}, d); return 1",
    ],
    ["caught", "for (;;) try { setTimeout(() => {}, 1e6) } catch {}"],
  ])("%s", async (_, body) => {
    await stopped("timers", body, { limits });
  });

  test("those that were cleared do not count", async () => {
    expect(
      await survived(
        "for (let i = 0; i < 20; i++) { clearTimeout(setTimeout(() => {}, 1e6)); await null; await meta.cache.get('k') } return 1",
        { limits },
      ),
    ).toBe(1);
  });

  test("nobody clears a timer that is not his own, or that is none", async () => {
    const body =
      "let fired = 0; setTimeout(() => fired++, 1); for (const id of [0, -1, 99, '99', ' 1', NaN, {}, '__proto__', 'constructor']) clearTimeout(id); await new Promise((r) => setTimeout(r, 5)); return fired";
    expect(await survived(body, { limits })).toBe(1);
  });
});
