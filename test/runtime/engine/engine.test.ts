import { describe, expect, test } from "vitest";

import { GuestException } from "../../../runtime/engine/errors.ts";
import { bootEngine, errorOf } from "../support/boot-engine.ts";

describe("evaluate", () => {
  test("gives the completion value", async () => {
    const engine = await bootEngine();
    expect(engine.read(engine.evaluate("1 + 1", "a.js"))).toBe(2);
    expect(engine.read(engine.evaluate('"a" + "b"', "a.js"))).toBe("ab");
    expect(engine.read(engine.evaluate("undefined", "a.js"))).toBeUndefined();
  });

  test("runs in sloppy mode in the global scope, and keeps its state", async () => {
    const engine = await bootEngine();
    engine.evaluate(
      "undeclared = 1; var declared = 2; const hidden = 3; function f() { return this === globalThis }",
      "a.js",
    );
    expect(engine.read(engine.evaluate("[undeclared, declared, hidden, f()].join()", "b.js"))).toBe("1,2,3,true");
    expect(engine.read(engine.evaluate("Object.keys(globalThis).includes('hidden')", "c.js"))).toBe(false);
  });

  test("tells name, message and place of an exception", async () => {
    const engine = await bootEngine();
    const error = errorOf(() => engine.evaluate("\n\n  null.x", "plugin.js"));
    expect(error).toBeInstanceOf(GuestException);
    expect(error).toMatchObject({ name: "TypeError", message: "cannot read property 'x' of null" });
    expect((error as GuestException).guestStack).toContain("plugin.js:3");
  });

  test("tells a syntax error", async () => {
    const engine = await bootEngine();
    expect(errorOf(() => engine.evaluate("let = = 1", "a.js"))).toMatchObject({ name: "SyntaxError" });
  });

  test.each([
    ["'text'", { name: "", message: "text" }],
    ["5", { name: "", message: "5" }],
    ["null", { name: "", message: "null" }],
    ["undefined", { name: "", message: "undefined" }],
    ["Symbol('s')", { name: "", message: expect.any(String) }],
    ["1n", { name: "", message: expect.stringContaining("1") }],
    ["({ a: 1 })", { name: "", message: '{"a":1}' }],
    ["({ name: 'N', message: 'm' })", { name: "N", message: "m" }],
    ["({ name: {}, message: {} })", { name: "", message: '{"name":{},"message":{}}' }],
    ["Object.create(null)", { name: "", message: "{}" }],
    ["({ toJSON() { throw 1 } })", { name: "", message: expect.any(String) }],
    ["new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 } })", { name: "", message: expect.any(String) }],
    ["Object.defineProperty(new Error('m'), 'name', { get() { throw 1 } })", { message: "m" }],
  ])("survives that %s is thrown", async (value, expected) => {
    const engine = await bootEngine();
    const error = errorOf(() => engine.evaluate(`throw ${value}`, "a.js"));
    expect(error).toBeInstanceOf(GuestException);
    expect(error).toMatchObject(expected);
    expect(engine.read(engine.evaluate("1", "a.js"))).toBe(1);
  });
});

describe("call", () => {
  test("passes values in and hands one back", async () => {
    const engine = await bootEngine();
    const add = engine.evaluate("(function (a, b, c) { return JSON.stringify([a, b, c, arguments.length]) })", "a.js");
    expect(engine.read(engine.call(add, [1.5, "two"]))).toBe('[1.5,"two",null,2]');
    expect(engine.read(engine.call(add, []))).toBe("[null,null,null,0]");
  });

  test("passes handles in, and reads properties", async () => {
    const engine = await bootEngine();
    const object = engine.evaluate("({ f: (o) => o.n + 1, n: 41 })", "a.js");
    expect(engine.read(engine.call(engine.property(object, "f"), [{ handle: object }]))).toBe(42);
  });

  test("rethrows what the guest threw", async () => {
    const engine = await bootEngine();
    const fail = engine.evaluate("(function () { throw new RangeError('no') })", "a.js");
    expect(errorOf(() => engine.call(fail, []))).toMatchObject({ name: "RangeError", message: "no" });
  });

  test("a guest value that can leave is a scalar or an ArrayBuffer", async () => {
    const engine = await bootEngine();
    expect(["null", "true", "false"].map((value) => engine.read(engine.evaluate(value, "a.js")))).toEqual([
      null,
      true,
      false,
    ]);
    for (const value of ["({})", "[]", "Symbol()", "() => 1", "1n", "new Uint8Array(2)"])
      expect(engine.read(engine.evaluate(value, "a.js")), value).toBeUndefined();
  });
});

describe("pump", () => {
  test("runs the jobs that are due and those they bring about, and nothing before", async () => {
    const engine = await bootEngine();
    engine.evaluate(
      "globalThis.seen = ''; (async () => { for (let i = 0; i < 3; i++) { await null; seen += i } })()",
      "a.js",
    );
    expect(engine.read(engine.evaluate("seen", "a.js"))).toBe("");
    engine.pump();
    expect(engine.read(engine.evaluate("seen", "a.js"))).toBe("012");
  });

  test("goes on after a job that rejects", async () => {
    const engine = await bootEngine();
    engine.evaluate(
      "globalThis.seen = ''; Promise.reject(1); (async () => { throw 2 })(); Promise.resolve().then(() => { seen += 'x' })",
      "a.js",
    );
    engine.pump();
    expect(engine.read(engine.evaluate("seen", "a.js"))).toBe("x");
  });
});

test("the engine brings QuickJS's globals and nothing of the host's", async () => {
  const engine = await bootEngine();
  const names = engine.read(
    engine.evaluate("delete globalThis.host; Object.getOwnPropertyNames(globalThis).join(' ')", "a.js"),
  );
  expect(String(names).split(" ").sort()).toMatchSnapshot();
});
