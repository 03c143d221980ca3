import { describe, expect, test } from "vitest";

import type { Value } from "../../../runtime/engine/heap.ts";
import { bootEngine, errorOf } from "../support/boot-engine.ts";

describe("the host function", () => {
  test("takes and gives values", async () => {
    const seen: Value[][] = [];
    const engine = await bootEngine({
      onHostCall(args) {
        seen.push(args);
        return "answer";
      },
    });
    expect(engine.read(engine.evaluate("host(1, 'two', new Uint8Array([3, 4]).buffer, {}, null)", "a.js"))).toBe(
      "answer",
    );
    expect(seen).toEqual([[1, "two", new Uint8Array([3, 4]), undefined, null]]);
  });

  test("gives a list as an array of strings and buffers", async () => {
    const engine = await bootEngine({ onHostCall: () => ["json", new Uint8Array([1, 2]), new Uint8Array()] });
    const script = `const [text, ...buffers] = host();
      JSON.stringify([text, buffers.map((b) => [b instanceof ArrayBuffer, ...new Uint8Array(b)])])`;
    expect(engine.read(engine.evaluate(script, "a.js"))).toBe('["json",[[true,1,2],[true]]]');
  });

  test("what it throws ends the guest code at once, is rethrown as it is, and the engine is unusable", async () => {
    const failure = new TypeError("the host's own");
    let calls = 0;
    const engine = await bootEngine({
      onHostCall() {
        calls++;
        throw failure;
      },
    });
    expect(errorOf(() => engine.evaluate("for (;;) try { host() } catch {}", "a.js"))).toBe(failure);
    expect(calls).toBe(1);
    expect(errorOf(() => engine.evaluate("1", "a.js"))).toBe(failure);
  });

  test("a RangeError of the host is the host's, unless its stack ended", async () => {
    const failure = new RangeError("Invalid array length");
    const engine = await bootEngine({
      onHostCall() {
        throw failure;
      },
    });
    expect(errorOf(() => engine.evaluate("host()", "a.js"))).toBe(failure);
  });

  test.each([[undefined], [null], ["text"]])("even a thrown %s is kept", async (failure) => {
    const engine = await bootEngine({
      onHostCall() {
        throw failure;
      },
    });
    expect(errorOf(() => engine.evaluate("host()", "a.js"))).toBe(failure);
    expect(errorOf(() => engine.evaluate("1", "a.js"))).toBe(failure);
  });

  test("does not answer in a promise job that runs after the engine ended", async () => {
    let calls = 0;
    const engine = await bootEngine({
      onHostCall() {
        calls++;
        throw new Error("first");
      },
    });
    engine.evaluate("Promise.resolve().then(() => host()); Promise.resolve().then(() => host())", "a.js");
    errorOf(() => engine.pump());
    errorOf(() => engine.pump());
    expect(calls).toBe(1);
  });
});
