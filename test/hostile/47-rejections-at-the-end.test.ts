import { describe, expect, test } from "vitest";

import { attack, stopped, survived } from "./support/attack.ts";

const REJECTED = (message: string) =>
  `Promise.reject(Object.defineProperty(new Error(), "message", { get() { ${message} } })); return 1`;

describe("Telling of promises that nobody handled is part of the call: a limit that is crossed there is the plugin's, never an exception of the host.", () => {
  test("fuel", async () => {
    await stopped("fuel", REJECTED("for (;;);"));
  });
  test("lines of the log", async () => {
    await stopped("logLines", REJECTED("for (;;) console.log('x')"));
  });
  test("calls", async () => {
    await stopped("calls", REJECTED("for (;;) try { new URL('x') } catch {}"), { limits: { calls: 50 } });
  });
  test("timers", async () => {
    await stopped("timers", REJECTED("for (;;) setTimeout(() => {}, 1e6)"), { limits: { timers: 5 } });
  });
  test("letting go of a large value", async () => {
    const body =
      "let list = null; for (let i = 0; i < 1e5; i++) list = { list }; const error = new Error('x'); error.list = list; Promise.reject(error); list = null; return 1";
    const enough = 20_000_000;
    expect(await survived(body, { limits: { fuel: enough } })).toBe(1);
    // Somewhere below, fuel ends while the host lets go of it.
    for (let fuel = 2_000_000; fuel < 8_000_000; fuel += 250_000) {
      const { result } = await attack(body, { limits: { fuel } });
      expect(["ok", "fuel"]).toContain(result.outcome.kind);
    }
  });
  test("rejections that make rejections", async () => {
    await stopped(
      "fuel",
      "const again = () => Promise.reject(Object.defineProperty(new Error(), 'message', { get() { again(); return 'm' } })); again(); return 1",
    );
  });
});
