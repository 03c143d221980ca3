import { describe, expect, test } from "vitest";

import { stopped, survived } from "./support/attack.ts";

describe("A call uses capabilities so often and no more, however it asks.", () => {
  test.each([
    ["one after another", "for (;;) await meta.cache.get('k')"],
    ["at once", "for (;;) meta.cache.get('k')"],
    ["caught", "for (;;) try { await meta.cache.get('k') } catch {}"],
    ["denied", "for (;;) try { new URL('::') } catch {}"],
    ["refused by the contract", "for (;;) try { await meta.cache.expire('k', -1) } catch {}"],
    [
      "of many kinds",
      "for (;;) { URL.canParse('x'); await meta.storage.get('k'); await posthog.capture('e'); await meta.jobs.x().runNow() }",
    ],
    ["through what was kept of another call's", "globalThis.c ??= meta.cache; for (;;) await c.get('k')"],
  ])("%s", async (_, body) => {
    await stopped("calls", body, { limits: { calls: 20, fuel: 50_000_000 } });
  });

  test("as often as it may is fine", async () => {
    expect(
      await survived("for (let i = 0; i < 20; i++) await meta.cache.get('k'); return 1", { limits: { calls: 20 } }),
    ).toBe(1);
  });
});
