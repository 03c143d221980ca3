import { describe, expect, test } from "vitest";

import { survived } from "./support/attack.ts";

describe("No way of looking at the call stack leads to a function of the guest library or of the host.", () => {
  test.each([
    ["arguments.callee.caller", "function f() { return arguments.callee.caller } return [f()]", [null]],
    ["Function.prototype.caller", "function f() { return f.caller } return [f()]", [null]],
    ["Function.prototype.arguments", "function f() { return f.arguments } return [f(1)]", [null]],
    [
      "the caller of a callback",
      "let c; meta.cache.set({ toString: function f() { c = f.caller; return 'k' } }, 1); return [c]",
      [null],
    ],
    [
      "the caller of a toJSON",
      "let c; meta.storage.set('k', { toJSON: function f() { c = f.caller; return 1 } }); return [c]",
      [null],
    ],
    [
      "Error.prepareStackTrace",
      "let s; Error.prepareStackTrace = (e, sites) => { s = sites; return 1 }; void new Error().stack; return [s]",
      [null],
    ],
    [
      "Error.captureStackTrace",
      "const o = {}; Error.captureStackTrace?.(o); return [typeof (o.stack ?? '')]",
      ["string"],
    ],
    [
      "callsites of an error of the library",
      "let s = []; Error.prepareStackTrace = (e, sites) => s.push(sites); try { new URL('::') } catch (e) { void e.stack } return s",
      [],
    ],
    [
      "a thisArg of a callback",
      "let self; new Headers({ a: '1' }).forEach(function () { self = this }); return [self === globalThis]",
      [true],
    ],
    ["a generator's internals", "const g = new URLSearchParams('a=b').entries(); return Reflect.ownKeys(g)", []],
    [
      "an async function's promise",
      "const p = meta.cache.get('k'); return [Reflect.ownKeys(p), p.constructor === Promise]",
      [[], true],
    ],
    ["properties of a capability's function", "return Reflect.ownKeys(meta.cache.get)", ["length", "name"]],
    [
      "private names",
      "return [Reflect.ownKeys(new URL('https://x.com')), Reflect.ownKeys(new Response('x')).includes('#bytes')]",
      [[], false],
    ],
  ])("%s", async (_, body, expected) => {
    expect(await survived(body)).toEqual(expected);
  });
});
