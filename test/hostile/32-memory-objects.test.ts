import { describe, test } from "vitest";

import { stopped } from "./support/attack.ts";

describe("Objects of any kind take no more memory than the plugin has.", () => {
  test.each([
    ["a list", "const a = []; for (;;) a.push(a.length)"],
    ["a long list at once", "[].fill.call([], 1); const a = Array(2 ** 27).fill(1); a.length"],
    ["lists", "let a = []; for (;;) a = [a, a]"],
    ["objects", "let o = {}; for (;;) o = { o }"],
    ["properties of one object", "const o = {}; for (let i = 0; ; i++) o['k' + i] = i"],
    ["shapes", "const a = []; for (let i = 0; ; i++) a.push({ ['k' + i]: 'x'.repeat(500) + i })"],
    ["symbols", "const a = []; for (;;) a.push(Symbol())"],
    ["symbols of the registry", "for (let i = 0; ; i++) globalThis[Symbol.for('s' + i)] = 1"],
    ["closures", "const a = []; for (;;) { let x = a.length; a.push(() => x) }"],
    ["classes", "const a = []; for (;;) a.push(class { a = 1; b() {} })"],
    ["generators", "const a = []; function* g() { yield 1 } for (;;) { const i = g(); i.next(); a.push(i) }"],
    ["promises", "const a = []; for (;;) a.push(new Promise(() => {}))"],
    ["promise jobs", "for (;;) Promise.resolve().then(() => {})"],
    [
      "async functions that wait",
      "const a = []; async function f() { await new Promise((r) => a.push(r)) } for (;;) f()",
    ],
    [
      "bound functions",
      "const a = []; const l = Array(1000).fill(1); for (;;) a.push(f0.bind(null, ...l)); function f0() {}",
    ],
    ["regular expressions", "const a = []; for (;;) a.push(new RegExp('(a|b)'.repeat(100) + a.length))"],
    ["maps", "const m = new Map(); for (;;) m.set(m.size, 1)"],
    ["sets", "const s = new Set(); for (;;) s.add({})"],
    ["dates", "const a = []; for (;;) a.push(new Date(0))"],
    ["errors", "const a = []; for (;;) a.push(new Error('x'))"],
    ["proxies", "let p = {}; for (;;) p = new Proxy(p, {})"],
    ["arguments", "const a = []; function f() { return arguments } for (;;) a.push(f(1, 2, 3, 4, 5, 6, 7, 8))"],
    ["keys of a proxy", "Reflect.ownKeys(new Proxy({}, { ownKeys: () => ({ length: 2 ** 32 - 1 }) }))"],
    [
      "meta.global",
      "for (;;) meta.global[Object.keys(meta.global).length + Math.random()] = 'x'.repeat(1e5) + Math.random()",
    ],
  ])("%s", async (_, body) => {
    await stopped("memoryBytes", body, { limits: { fuel: 2_000_000_000 } });
  });
});
