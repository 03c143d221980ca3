import { describe, expect, test } from "vitest";

import { EngineError } from "../../../runtime/engine/errors.ts";
import { bootEngine, errorOf } from "../support/boot-engine.ts";

const FUEL = 2_000_000;

/** Runs code, and the promise jobs that it leaves, to the fault that must come. */
async function faultOf(code: string, fuel = FUEL) {
  const engine = await bootEngine();
  engine.allowFuel(fuel);
  const error = errorOf(() => {
    engine.evaluate(code, "a.js");
    engine.pump();
  });
  expect(error).toBeInstanceOf(EngineError);
  return { fault: (error as EngineError).fault, engine };
}

describe("fuel", () => {
  test.each([
    ["a loop", "for (;;);"],
    ["a loop in a try", "for (;;) try { for (;;); } catch {} finally { continue }"],
    ["a loop of caught loops in promise executors", "for (;;) new Promise(() => { for (;;); })"],
    ["a loop of loops in async functions", "for (;;) (async () => { for (;;); })()"],
    ["a loop in a getter, a proxy trap and a toString", "`${{ get x() { for (;;); }, toString() { return this.x } }}`"],
    ["a loop after an await", "(async () => { await null; for (;;); })()"],
    ["an endless chain of promises", "function f() { Promise.resolve().then(f) } f()"],
    ["an async function that never ends", "(async () => { for (;;) await null })()"],
    [
      "chains of promises that revive each other",
      `let a = 0, b = 0;
       const later = (f) => Promise.resolve().then(f);
       function A() { a = 0; if (!b) { b = 1; later(B) } a = 1; later(A) }
       function B() { b = 0; if (!a) { a = 1; later(A) } b = 1; later(B) }
       A()`,
    ],
    ["calls of the host", "for (;;) host()"],
    ["calls of the host with long texts", "const long = 'x'.repeat(1e6); for (;;) host(long)"],
    ["calls of the host with many bytes", "const long = new ArrayBuffer(1e6); for (;;) host(long)"],
    ["a generator", "function* g() { for (;;) yield 1 } for (const x of g());"],
    ["a sort with an endless comparison", "[1, 2, 3].sort(() => { for (;;); })"],
    [
      "a loop in an iterator's return",
      "for (const x of { [Symbol.iterator]: () => ({ next: () => ({}), return() { for (;;); } }) }) break",
    ],
  ])("stops %s", async (_, code) => {
    const { fault, engine } = await faultOf(code);
    expect(fault).toBe("fuel");
    expect(engine.fuel).toBeLessThan(FUEL + 10_000);
  });

  test("is counted from one allowance to the next", async () => {
    const engine = await bootEngine();
    const spin = engine.evaluate("(function (n) { for (let i = 0; i < n; i++); })", "a.js");
    for (let i = 0; i < 5; i++) {
      engine.allowFuel(FUEL);
      engine.call(spin, [FUEL / 16]);
    }
    expect(engine.fuel).toBeGreaterThan(FUEL);
    engine.allowFuel(FUEL);
    expect(errorOf(() => engine.call(spin, [FUEL * 4]))).toMatchObject({ fault: "fuel" });
  });

  test("is the same for the same code", async () => {
    const used = await Promise.all(
      [1, 2].map(async () => {
        const engine = await bootEngine();
        engine.evaluate("for (let i = 0; i < 3e6; i++) Math.sqrt(i)", "a.js");
        return engine.fuel;
      }),
    );
    expect(used[0]).toBeGreaterThan(0);
    expect(used[0]).toBe(used[1]);
  });
});

describe("stack", () => {
  test.each([
    ["recursion", "function f() { f() } f()"],
    ["recursion through builtins", "function f() { [1].map(f) } f()"],
    ["recursion through proxies", "const p = new Proxy({}, { get: (t, k) => p[k] }); p.x"],
    ["recursion through getters", "const o = { get x() { return this.x } }; o.x"],
    ["recursion through toString", "const o = { toString() { return `${o}` } }; `${o}`"],
    ["recursion through toJSON", "function f() { JSON.stringify({ toJSON: f }) } f()"],
    ["a chain of closures", "let f = () => 1; for (let i = 0; i < 2e4; i++) { const g = f; f = () => g() } f()"],
    ["deep JSON written", "let x = []; for (let i = 0; i < 2e5; i++) x = [x]; JSON.stringify(x)"],
    ["deep JSON read", "JSON.parse('['.repeat(2e5))"],
    ["deep code", "eval('['.repeat(3e4))"],
    ["a deep regular expression", "new RegExp('(?:'.repeat(1e5))"],
  ])("ends %s", async (_, code) => {
    const { fault } = await faultOf(code, FUEL * 50);
    expect(fault).toBe("stack");
  });

  test("that ends inside the host's part of a call is the guest's fault", async () => {
    const recurse = (n: number): number => (n === 0 ? 0 : recurse(n - 1) + 1);
    const faults = new Set<string>();
    for (let depth = 5000; depth < 6000; depth += 100) {
      const engine = await bootEngine({
        onHostCall() {
          recurse(1000);
          return undefined;
        },
      });
      try {
        engine.evaluate(
          `let x = { toJSON() { host() } }; for (let i = 0; i < ${depth}; i++) x = [x]; JSON.stringify(x)`,
          "a.js",
        );
      } catch (error) {
        faults.add(error instanceof EngineError ? error.fault : String(error));
      }
    }
    expect([...faults]).toEqual(["stack"]);
  });

  test("can be caught by the guest, as in any JavaScript", async () => {
    const engine = await bootEngine();
    expect(engine.read(engine.evaluate("function f() { f() } try { f() } catch (e) { `${e}` }", "a.js"))).toBe(
      "InternalError: stack overflow",
    );
  });
});

describe("memory", () => {
  test.each([
    ["a growing array", "const a = []; for (;;) a.push('x'.repeat(1e5) + a.length)"],
    ["one large buffer", "new ArrayBuffer(1e9)"],
    ["many buffers", "const a = []; for (;;) a.push(new ArrayBuffer(1e6))"],
  ])("stops %s", async (_, code) => {
    const engine = await bootEngine();
    engine.allowFuel(FUEL * 100);
    expect(
      errorOf(() => {
        engine.evaluate(code, "a.js");
        engine.pump();
      }),
    ).toMatchObject({ fault: "memory" });
  });

  test("is bounded for the whole instance", async () => {
    const engine = await bootEngine({ memoryLimit: 4 * 1024 * 1024 });
    const before = engine.memoryBytes;
    errorOf(() => engine.evaluate("const a = []; for (;;) a.push(new ArrayBuffer(1e5))", "a.js"));
    expect(engine.memoryBytes).toBeLessThanOrEqual(before + 4 * 1024 * 1024);
  });

  test.each([0, 1e3, 1e5, 3e6])("that is short by all but %d bytes fails typed when the host writes", async (left) => {
    const engine = await bootEngine();
    const fill = engine.evaluate(
      `var kept = [];
       (function (left) {
         let spare = new ArrayBuffer(left);
         for (let n = 1 << 22; n > 8; n >>= 1) try { for (;;) kept.push(new ArrayBuffer(n)) } catch {}
         spare = null;
       })`,
      "a.js",
    );
    const take = engine.evaluate("(function (...args) { return args.length })", "a.js");
    const error = errorOf(() => {
      engine.call(fill, [left]);
      engine.call(take, ["x".repeat(5e6), new Uint8Array(3e6)]);
    });
    expect(error).toBeInstanceOf(EngineError);
    expect(["memory", "trap"]).toContain((error as EngineError).fault);
  });
});

describe("after a fault", () => {
  test.each([
    ["fuel", "for (;;);"],
    ["stack", "function f() { f() } f()"],
    ["memory", "new ArrayBuffer(1e9)"],
  ])("%s: the engine answers with the same fault, whatever is asked", async (fault, code) => {
    const engine = await bootEngine();
    engine.allowFuel(FUEL);
    const fn = engine.evaluate("(function () {})", "a.js");
    const error = errorOf(() => engine.evaluate(code, "a.js"));
    expect(error).toMatchObject({ fault });
    engine.allowFuel(FUEL);
    for (const use of [
      () => engine.evaluate("1", "a.js"),
      () => engine.call(fn, []),
      () => engine.pump(),
      () => engine.read(fn),
      () => engine.property(fn, "name"),
    ])
      expect(errorOf(use)).toBe(error);
  });

  test("another engine is unharmed", async () => {
    const other = await bootEngine();
    other.evaluate("var state = 1", "a.js");
    await faultOf("const a = []; for (;;) a.push(new ArrayBuffer(1e6))");
    await faultOf("for (;;);");
    expect(other.read(other.evaluate("state", "a.js"))).toBe(1);
  });
});
