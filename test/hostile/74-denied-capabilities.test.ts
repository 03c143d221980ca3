import { describe, expect, test } from "vitest";

import { attack, survived } from "./support/attack.ts";

describe("A capability that was not granted is not there: no trick finds it.", () => {
  test.each([
    "await fetch('https://x.com')",
    "await require('node-fetch')('https://x.com')",
    "await fetch.call(null, 'https://x.com')",
    "await Reflect.apply(fetch, undefined, ['https://x.com'])",
    "await new (class extends fetch.constructor {})('return fetch(\"https://x.com\")')()",
    "await meta.cache.get('k')",
    "await meta.storage.set('k', 1)",
    "await meta.jobs.x().runNow()",
    "await posthog.capture('e', {})",
    "await meta.geoip.locate('1.1.1.1')",
    "meta.request.country",
    "const { consent } = meta.request",
  ])("%s", async (use) => {
    const { plugin, result } = await attack(use, { granted: ["log", "url", "encoding"] });
    expect(result.outcome).toMatchObject({ kind: "denied" });
    expect([
      plugin.records.requests,
      plugin.records.captured,
      plugin.records.jobs,
      plugin.records.storage.size,
    ]).toEqual([[], [], [], 0]);
    expect(plugin.sandbox.lost).toBe(false);
  });

  test("what stands in its place leads nowhere", async () => {
    const body = `
      const seen = [];
      for (const hook of ["get", "apply", "getPrototypeOf", "getOwnPropertyDescriptor", "ownKeys"]) Object.prototype[hook] = (...a) => { seen.push(typeof a[0]); return undefined };
      try { await meta.cache.get("k") } catch {} try { await fetch("x") } catch {}
      for (const hook of ["get", "apply", "getPrototypeOf", "getOwnPropertyDescriptor", "ownKeys"]) delete Object.prototype[hook];
      return seen.includes("function")`;
    expect(await survived(body, { granted: ["log", "url", "encoding"] })).toBe(false);
  });
});
