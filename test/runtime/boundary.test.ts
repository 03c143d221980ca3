import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { Boundary } from "../../runtime/boundary.ts";
import { HostError } from "../../runtime/host-error.ts";
import { DEFAULT_LIMITS } from "../../runtime/limits.ts";
import type { Limits } from "../../runtime/limits.ts";
import { COMPLETE } from "../../runtime/protocol.ts";
import { ContractError } from "../../wit/codec.ts";
import { OPERATIONS } from "../../wit/generated/contract.ts";
import type { Capabilities, CapabilityName } from "../../wit/generated/contract.ts";

const numberOf = (of: CapabilityName, name: string) =>
  OPERATIONS.findIndex((operation) => operation.interface === of && operation.name === name);

const newBoundary = (limits: Partial<Limits> = {}) =>
  new Boundary({ ...DEFAULT_LIMITS, ...limits }, () => [1, 2, 3, 4]);

/** A boundary with one provided function, and the calls that reach it. */
function boundaryWith<Name extends CapabilityName>(
  of: Name,
  name: keyof Capabilities[Name] & string,
  answer?: unknown,
) {
  const calls: unknown[][] = [];
  const boundary = newBoundary();
  const provided = (...args: unknown[]) => {
    calls.push(args);
    return typeof answer === "function" ? (answer as () => unknown)() : answer;
  };
  boundary.provide({ [of]: { [name]: provided } } as Partial<Capabilities>);
  boundary.begin();
  const serve = (json: string, ...buffers: Uint8Array[]) => boundary.serve(numberOf(of, name), json, [...buffers]);
  return { boundary, calls, serve };
}

describe("an operation", () => {
  test("that was not provided is denied, whether the guest knows its number or not", async () => {
    for (const [number, { interface: of, name, async, params }] of OPERATIONS.entries()) {
      const boundary = newBoundary();
      boundary.provide({});
      const json = JSON.stringify([1, params.map(() => "x")]);
      const answer = boundary.serve(number, json, []);
      if (async) await boundary.nextReply();
      expect(async ? boundary.takeReply()?.json : answer).toBe(
        JSON.stringify({ error: { name: "DeniedError", message: `${of}.${name} is not granted` } }),
      );
    }
  });

  test("is called with its arguments, and answers", async () => {
    const { boundary, calls, serve } = boundaryWith("cache", "lrange", Promise.resolve(["a", "b"]));
    expect(serve('[7,["key",0,-1]]')).toBeUndefined();
    expect(boundary.pending).toBe(1);
    await boundary.nextReply();
    expect(boundary.takeReply()).toEqual({ id: 7, json: '{"ok":["a","b"]}', buffers: [] });
    expect(boundary.pending).toBe(0);
    expect(calls).toEqual([["key", 0, -1]]);
  });

  test("that is synchronous answers at once, bytes beside the JSON", () => {
    const { serve } = boundaryWith("encoding", "encode", new Uint8Array([1, 2]));
    expect(serve('[0,["text"]]')).toEqual(['{"ok":0}', new Uint8Array([1, 2])]);
    expect(boundaryWith("log", "write").serve('[0,["log","text"]]')).toBe("{}");
  });

  test("is not called when an argument does not have its type: the guest is told which and why", async () => {
    const { boundary, calls, serve } = boundaryWith("cache", "expire", true);
    serve('[1,["key","x"]]');
    await boundary.nextReply();
    expect(JSON.parse(boundary.takeReply()?.json ?? "")).toEqual({
      error: { name: "TypeError", message: 'cache.expire(ttl-seconds): expected u32, got "x"' },
    });
    expect(calls).toEqual([]);
  });

  test("tells the guest of a HostError alone", async () => {
    const told = boundaryWith("cache", "get", () => Promise.reject(new HostError("CacheError", "m")));
    told.serve('[1,["k"]]');
    await told.boundary.nextReply();
    expect(told.boundary.takeReply()?.json).toBe('{"error":{"name":"CacheError","message":"m"}}');

    const failure = new Error("secret of the host");
    const kept = boundaryWith("cache", "get", () => Promise.reject(failure));
    kept.serve('[1,["k"]]');
    await kept.boundary.nextReply();
    expect(() => kept.boundary.takeReply()).toThrow(failure);
  });

  test("that throws instead of rejecting does the same", async () => {
    const told = boundaryWith("cache", "get", () => {
      throw new HostError("CacheError", "m");
    });
    told.serve('[1,["k"]]');
    await told.boundary.nextReply();
    expect(told.boundary.takeReply()?.json).toBe('{"error":{"name":"CacheError","message":"m"}}');
    const kept = boundaryWith("cache", "get", () => {
      throw new Error("the host's");
    });
    expect(() => kept.serve('[1,["k"]]')).toThrow("the host's");
  });

  test("that answers after the boundary was closed is dropped", async () => {
    const { boundary, serve } = boundaryWith("cache", "get", Promise.resolve("late"));
    serve('[1,["k"]]');
    boundary.close();
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(boundary.takeReply()).toBeUndefined();
  });
});

test("a boundary is idle while all that is under way is timers that no call waits for", async () => {
  const ends: (() => void)[] = [];
  const begin = () => new Promise<void>((resolve) => ends.push(resolve));
  const boundary = newBoundary();
  boundary.provide({ timers: { sleep: begin, sleepUnref: begin, cancel: () => undefined } });
  const numberOf = (name: string) => OPERATIONS.findIndex((one) => one.interface === "timers" && one.name === name);
  const seen = [[boundary.isIdle, boundary.isQuiet]];
  boundary.serve(numberOf("sleepUnref"), "[1,[1,5]]", []);
  seen.push([boundary.isIdle, boundary.isQuiet]);
  boundary.serve(numberOf("sleep"), "[2,[2,5]]", []);
  seen.push([boundary.isIdle, boundary.isQuiet]);
  ends[1]?.();
  await boundary.nextReply();
  seen.push([boundary.isIdle, boundary.isQuiet]);
  boundary.takeReply();
  seen.push([boundary.isIdle, boundary.isQuiet]);
  ends[0]?.();
  await boundary.nextReply();
  boundary.takeReply();
  seen.push([boundary.isIdle, boundary.isQuiet]);
  const [idle, busy, quiet] = [
    [true, false],
    [false, false],
    [false, true],
  ];
  expect(seen).toEqual([quiet, idle, busy, busy, idle, quiet]);
});

describe("a message that the guest's bridge does not write", () => {
  const { serve, boundary, calls } = boundaryWith("cache", "get");

  test.each([
    "",
    "nonsense",
    "null",
    "5",
    '"text"',
    "[]",
    "[1]",
    "[1,5]",
    '["1",["k"]]',
    "{}",
    '{"0":1,"1":["k"]}',
    "[[[[",
    "[".repeat(100_000),
    "[".repeat(100_000) + "]".repeat(100_000),
  ])("%.20s is the guest's error", (json) => {
    expect(() => serve(json)).toThrow(ContractError);
    expect(calls).toEqual([]);
  });

  test.each([-4, 1e9, 0.5, Number.NaN, "0", undefined, new Uint8Array()])(
    "operation %s is the guest's error",
    (number) => {
      expect(() => boundary.serve(number, '[1,["k"]]', [])).toThrow(ContractError);
    },
  );

  test("whatever it is, it is refused with a short text or served by type", () => {
    const all = newBoundary();
    const reached: unknown[][] = [];
    const record = new Proxy(
      {},
      {
        get:
          () =>
          (...args: unknown[]) =>
            void reached.push(args),
      },
    );
    const everything = new Proxy({}, { get: () => record });
    all.provide(everything as Partial<Capabilities>);
    fc.assert(
      fc.property(
        fc.integer({ min: -1, max: OPERATIONS.length }),
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.array(fc.jsonValue()).map((args) => JSON.stringify([1, args])),
        ),
        fc.array(fc.uint8Array(), { maxLength: 2 }),
        (number, json, buffers) => {
          all.begin();
          try {
            all.serve(number, json, [...buffers]);
          } catch (error) {
            // A provider that answers nothing where something is due is this test's own.
            if (error instanceof ContractError) expect(error.message.length).toBeLessThan(400);
            else expect(error).toBeInstanceOf(TypeError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("a report", () => {
  const report = (json: string) => {
    const boundary = newBoundary();
    boundary.begin();
    boundary.serve(COMPLETE, json, []);
    return boundary.report;
  };

  test("is read", () => {
    expect(report('["returned",["object",true,"{}",null]]')).toEqual({
      tag: "returned",
      val: { type: "object", truthy: true, json: "{}" },
    });
    expect(report('["threw",["Error","m","at x"]]')).toEqual({
      tag: "threw",
      val: { name: "Error", message: "m", stack: "at x" },
    });
  });

  test.each([
    "",
    "null",
    "{}",
    '["other",[]]',
    '["returned"]',
    '["returned",["object",1,"{}",null]]',
    '["threw",["Error",{},""]]',
  ])("%s is the guest's error", (json) => {
    expect(() => report(json)).toThrow(ContractError);
  });

  test("the first of a call counts, and the next call begins with none", () => {
    const boundary = newBoundary();
    boundary.begin();
    boundary.serve(COMPLETE, '["threw",["A","",""]]', []);
    boundary.serve(COMPLETE, '["threw",["B","",""]]', []);
    expect(boundary.report).toMatchObject({ val: { name: "A" } });
    boundary.begin();
    expect(boundary.report).toBeUndefined();
  });
});
