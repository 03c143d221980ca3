import { describe, test } from "vitest";

import { stopped } from "./support/attack.ts";

describe("A call hands capabilities so many characters and bytes, and no more.", () => {
  const limits = { bytesOut: 10_000, logBytes: 1e9, fuel: 50_000_000 };
  test.each([
    ["a value", "await meta.storage.set('k', 'x'.repeat(20000))"],
    ["a key", "await meta.storage.get('x'.repeat(20000))"],
    ["many little ones", "for (;;) await meta.storage.set('k', 'x'.repeat(100))"],
    ["a list", "await meta.cache.lpush('k', Array(900).fill('x'.repeat(20)))"],
    ["a body", "await fetch('https://x.com', { method: 'POST', body: new Uint8Array(20000) })"],
    [
      "the parts of a form",
      "const f = new FormData(); for (let i = 0; i < 30; i++) f.append('f' + i, new Blob(['x'.repeat(1000)])); await fetch('https://x.com', { method: 'POST', body: f })",
    ],
    ["a header", "await fetch('https://x.com', { headers: { a: 'x'.repeat(20000) } })"],
    ["a captured event", "await posthog.capture('e', { a: 'x'.repeat(20000) })"],
    ["a job's payload", "await meta.jobs.x({ a: 'x'.repeat(20000) }).runNow()"],
    ["a URL", "new URL('https://x.com/' + 'x'.repeat(20000))"],
    ["a line of the log", "console.log('x'.repeat(20000))"],
  ])("%s", async (_, body) => {
    await stopped("bytesOut", body, { limits });
  });
});
