import { describe, expect, test } from "vitest";

import { stopped, survived } from "./support/attack.ts";

describe("So many capability calls are under way at a time, and no more.", () => {
  const limits = { concurrentCalls: 5 };
  test.each([
    ["one too many", "await Promise.all(Array.from({ length: 6 }, () => meta.cache.get('k')))"],
    ["left un-awaited", "for (let i = 0; i < 6; i++) posthog.capture('e', {}); return 1"],
    ["from microtasks", "for (let i = 0; i < 6; i++) Promise.resolve().then(() => meta.storage.get('k')); return 1"],
    [
      "mixed",
      "for (const f of [() => meta.cache.get('k'), () => meta.storage.get('k'), () => meta.geoip.locate('1.1.1.1')]) { f(); f() } return 1",
    ],
  ])("%s", async (_, body) => {
    await stopped("concurrentCalls", body, { limits });
  });

  test("those that have ended do not count", async () => {
    const body =
      "for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 5 }, () => meta.cache.get('k'))); return 1";
    expect(await survived(body, { limits })).toBe(1);
  });
});
