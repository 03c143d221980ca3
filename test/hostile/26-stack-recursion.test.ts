import { describe, test } from "vitest";

import { stopped } from "./support/attack.ts";

describe("Recursion in any form ends as the guest's own stack overflow, never as the host's exception.", () => {
  test.each([
    ["a function", "function f() { f() } f()"],
    ["a getter", "const o = { get x() { return this.x } }; o.x"],
    ["a setter", "const o = { set x(v) { this.x = v } }; o.x = 1"],
    ["a proxy", "const p = new Proxy({}, { get: (t, k) => p[k] }); p.x"],
    ["a chain of proxies", "let p = {}; for (let i = 0; i < 2e4; i++) p = new Proxy(p, {}); p.x"],
    [
      "a chain of proxies as prototypes",
      "let p = {}; for (let i = 0; i < 2e4; i++) p = Object.create(new Proxy(p, {})); p.x",
    ],
    ["proxied keys", "let p = {}; for (let i = 0; i < 2e4; i++) p = new Proxy(p, {}); Object.keys(p)"],
    ["toString", "const o = { toString: () => `${o}` }; `${o}`"],
    ["valueOf", "const o = { valueOf: () => +o }; +o"],
    ["Symbol.toPrimitive", "const o = { [Symbol.toPrimitive]: () => +o }; +o"],
    ["Symbol.hasInstance", "const o = { [Symbol.hasInstance]: (x) => x instanceof o }; 1 instanceof o"],
    ["Symbol.iterator", "const o = { [Symbol.iterator]: () => [...o] }; [...o]"],
    ["a sort", "function f() { [2, 1].sort(f) } f()"],
    ["map", "function f() { [1].map(f) } f()"],
    ["replace", "function f() { 'a'.replace('a', f) } f()"],
    ["a regular expression's replace", "function f() { 'a'.replace(/a/, f) } f()"],
    ["a generator", "function* g() { yield* g() } g().next()"],
    ["an async function", "async function f() { return f() } await f()"],
    ["a class", "class A { constructor() { new A() } } new A()"],
    ["a chain of classes", "let A = class {}; for (let i = 0; i < 2e4; i++) A = class extends A {}; new A()"],
    ["a chain of closures", "let f = () => 1; for (let i = 0; i < 2e4; i++) { const g = f; f = () => g() } f()"],
    [
      "a chain of bind",
      "let f = () => 1; for (let i = 0; i < 2e4; i++) f = Object.defineProperty(f.bind(), 'name', { value: '' }); f()",
    ],
    ["apply", "function f() { f.apply(this, arguments) } f(1, 2, 3)"],
    ["spread", "function f(...a) { f(...a) } f(1, 2, 3)"],
    ["destructuring", "const o = { get x() { const { x } = o; return x } }; o.x"],
    ["a default argument", "function f(a = f()) {} f()"],
    ["a tag", "function f() { f`` } f``"],
    ["Reflect.construct", "function F() { Reflect.construct(F, []) } F()"],
    ["eval", "function f() { eval('f()') } f()"],
    ["Function", "globalThis.f = new Function('f()'); f()"],
    ["a thenable", "const t = { then(r) { t.then(r) } }; await t"],
    ["a list flattened", "let a = []; for (let i = 0; i < 2e4; i++) a = [a]; a.flat(Infinity)"],
    ["a list joined", "let a = []; for (let i = 0; i < 2e4; i++) a = [a]; a.join()"],
  ])("%s", async (_, body) => {
    await stopped("stackBytes", body, { limits: { fuel: 50_000_000 } });
  });
});
