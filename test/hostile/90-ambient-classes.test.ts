import { describe, expect, test } from "vitest";

import { response } from "../runtime/support/records.ts";
import { attack, survived } from "./support/attack.ts";

describe("The web's classes give a plugin nothing but what it was granted, and end with its call.", () => {
  test.each([
    ["a deep clone", "let deep = {}; for (let i = 0; i < 1e4; i++) deep = { deep }; structuredClone(deep)", "stack"],
    ["signals that follow each other", "let s = AbortSignal.any([]); for (;;) s = AbortSignal.any([s, s])", "fuel"],
    ["listeners without end", "const t = new EventTarget(); for (;;) t.addEventListener('a', () => {})", "fuel"],
    [
      "a listener that dispatches",
      "const t = new EventTarget(); t.addEventListener('a', () => t.dispatchEvent(new Event('a'))); t.dispatchEvent(new Event('a'))",
      "stack",
    ],
    [
      "microtasks without end",
      "const again = () => queueMicrotask(again); again(); await new Promise(() => {})",
      "fuel",
    ],
    ["ticks without end", "const again = () => process.nextTick(again); again(); await new Promise(() => {})", "fuel"],
    [
      "headers without end",
      "const h = new Headers(); for (let i = 0; ; i++) h.append('a' + i % 100, 'x'.repeat(100))",
      "fuel",
    ],
    [
      "a multipart body of beginnings",
      "const r = () => new Response('--b\\r\\n'.repeat(1e4), { headers: { 'content-type': 'multipart/form-data; boundary=b' } }); for (;;) await r().formData().catch(() => {})",
      "fuel",
    ],
    [
      "a decoder that is fed without end",
      "const d = new TextDecoder('utf-16le'); const b = new Uint8Array(1e6); for (;;) d.decode(b, { stream: true })",
      "fuel",
    ],
  ])("%s ends by a limit", async (_, body, kind) => {
    const { result } = await attack(body, { limits: { fuel: 5_000_000, memoryBytes: 16 * 1024 * 1024 } });
    expect([kind, "memory"]).toContain(result.outcome.kind);
  });

  test("timers that a plugin made its own end with their call", async () => {
    const body = `
      const timer = setTimeout(() => {}, 1e9).unref();
      const { prototype } = timer.constructor;
      for (const name of Reflect.ownKeys(prototype)) if (name !== "constructor") prototype[name] = () => { throw 1 };
      setTimeout(() => {}, 1e9).__proto__ = null;
      setInterval(() => {}, 1e9);
      return "over"`;
    const { result } = await attack(body, { limits: { wallMs: 50 } });
    expect(result.outcome).toMatchObject({ kind: "timeout", limit: "wallMs" });
    const { result: unref } = await attack(body.replace(/setTimeout\(.*null;\s*setInterval.*;/, ""), {
      limits: { wallMs: 5000 },
    });
    expect(unref.outcome.kind).toBe("ok");
  });

  test("a signal of an earlier call reaches no request of a later one", async () => {
    const script = "globalThis.kept = new AbortController()";
    const first = "await fetch('https://x.com/', { signal: kept.signal }).catch(() => {}); return 1";
    const { plugin } = await attack(first, { script });
    plugin.records.respond = () => response(200, "text");
    const { json } = await plugin.call("onEvent", [{}]);
    expect(json).toBe("1");
    expect(plugin.records.cancelled).toEqual([]);
  });

  test("none of them is made of anything of the host", async () => {
    const body = `
      const made = [new AbortController(), AbortSignal.abort(), new Event("a"), new EventTarget(), new Request("https://x.com/"), new Response("x"), new Headers(),
        new File([], "f"), new FormData(), new TextDecoder(), new TextEncoder(), new DOMException(), new Intl.DateTimeFormat(), setTimeout(() => {}), process, performance, Intl];
      const names = made.flatMap((value) => {
        const found = [];
        for (let at = value; at && at !== Object.prototype; at = Object.getPrototypeOf(at))
          for (const key of Reflect.ownKeys(at)) { const { value, get } = Object.getOwnPropertyDescriptor(at, key); for (const f of [value, get]) if (typeof f === "function") found.push(f.name) }
        return found;
      });
      return names.filter((name) => ["host", "send", "cancel", "sleep", "sleepUnref", "encode", "decode", "resolve", "sync", "async"].includes(name)).sort()`;
    // The classes' own methods.
    expect(await survived(body)).toEqual(["decode", "encode"]);
  });
});
