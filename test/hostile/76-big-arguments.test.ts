import { describe, expect, test } from "vitest";

import { attack, survived } from "./support/attack.ts";

describe("More arguments, spread elements or parts than there is room for are the plugin's failure.", () => {
  test.each([
    ["apply", "Math.max.apply(null, { length: 2 ** 32 })"],
    ["spread", "Math.max(...Array(1e5).fill(1))"],
    ["construct", "Reflect.construct(Date, { length: 1e6 })"],
    ["console", "console.log(...Array(1e5).fill(1))"],
    ["timers", "setTimeout(() => {}, 0, ...Array(1e5).fill(1))"],
    ["String.fromCharCode", "String.fromCharCode(...Array(1e5).fill(65))"],
    ["push", "[].push(...Array(1e5).fill(1))"],
    ["bind", "(() => {}).bind(...Array(1e5).fill(1))()"],
    ["parameters", "new Function(...Array.from({ length: 7e4 }, (_, i) => 'a' + i), '')"],
  ])("%s", async (_, body) => {
    const { plugin, result } = await attack(`${body}; return 1`, { limits: { fuel: 100_000_000 } });
    expect(["threw", "ok", "stack"]).toContain(result.outcome.kind);
    expect(plugin.sandbox.lost).toBe(result.outcome.kind === "stack");
  });

  test("a form of very many parts", async () => {
    const body =
      "const f = new FormData(); for (let i = 0; i < 7e4; i++) f.append('f', 'x'); try { await fetch('https://x.com', { method: 'POST', body: f }) } catch (e) { return e.name } return 'sent'";
    expect(["RangeError", "InternalError", "sent"]).toContain(
      await survived(body, { limits: { fuel: 2_000_000_000, memoryBytes: 64 << 20 } }),
    );
  });
});
