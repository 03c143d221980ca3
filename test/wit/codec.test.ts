import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ContractError, fromJson, fromWire, toJson } from "../../wit/codec.ts";
import { OPERATIONS } from "../../wit/generated/contract.ts";
import type { Type } from "../../wit/type.ts";

const name = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,8}$/).filter((text) => text !== "constructor");
const named = (value: fc.Arbitrary<Type>) =>
  fc.uniqueArray(fc.tuple(name, value), { minLength: 1, maxLength: 4, selector: ([n]) => n });

/** Any type of the contract's language. */
const anyType: fc.Arbitrary<Type> = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Type>("bool", "bytes", "f64", "s32", "string", "u16", "u32"),
    fc.uniqueArray(name, { minLength: 1, maxLength: 3 }).map((names): Type => ({ enum: names })),
    tie("type").map((type): Type => ({ list: type })),
    // An option of an option has no form of its own in JSON; no interface has one.
    tie("type")
      .filter((type) => typeof type === "string" || !("option" in type))
      .map((type): Type => ({ option: type })),
    fc.array(tie("type"), { minLength: 1, maxLength: 3 }).map((types): Type => ({ tuple: types })),
    named(tie("type")).map((fields): Type => ({ record: fields })),
    fc
      .uniqueArray(fc.tuple(name, fc.option(tie("type"))), { minLength: 1, maxLength: 3, selector: ([n]) => n })
      .map((cases): Type => ({ variant: cases })),
  ),
})).type;

/** Any value of a type. */
function valueOf(type: Type): fc.Arbitrary<unknown> {
  if (type === "bool") return fc.boolean();
  if (type === "bytes") return fc.uint8Array({ maxLength: 8 });
  if (type === "f64") return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  if (type === "s32") return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  if (type === "string") return fc.string({ unit: "binary", maxLength: 12 });
  if (type === "u16") return fc.integer({ min: 0, max: 65_535 });
  if (type === "u32") return fc.integer({ min: 0, max: 2 ** 32 - 1 });
  if ("option" in type) return fc.option(valueOf(type.option), { nil: undefined });
  if ("list" in type) return fc.array(valueOf(type.list), { maxLength: 4 });
  if ("tuple" in type) return fc.tuple(...type.tuple.map(valueOf));
  if ("enum" in type) return fc.constantFrom(...type.enum);
  if ("record" in type)
    return fc
      .tuple(...type.record.map(([, field]) => valueOf(field)))
      .map((values) =>
        Object.fromEntries(type.record.map(([n], i) => [n, values[i]] as const).filter(([, v]) => v !== undefined)),
      );
  return fc
    .constantFrom(...type.variant)
    .chain(([tag, payload]) =>
      payload === null ? fc.constant({ tag }) : valueOf(payload).map((val) => ({ tag, val })),
    );
}

/** What is read from JSON that was written: without -0, which is written as 0. */
const wireValue = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));

function roundTrip(type: Type, value: unknown): unknown {
  const buffers: Uint8Array[] = [];
  return fromJson(type, toJson(type, value, buffers), buffers, "place");
}

describe("a value of its type", () => {
  test("comes back as it went, whatever the type", () => {
    fc.assert(
      fc.property(
        anyType.chain((type) => fc.tuple(fc.constant(type), valueOf(type))),
        ([type, value]) => {
          expect(roundTrip(type, value)).toEqual(value);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("of every parameter and result of the contract comes back as it went", () => {
    for (const { params, result } of OPERATIONS)
      for (const type of [...params.map(([, type]) => type as Type), ...(result === null ? [] : [result as Type])])
        fc.assert(
          fc.property(valueOf(type), (value) => {
            expect(roundTrip(type, value)).toEqual(value);
          }),
          { numRuns: 20 },
        );
  });

  test("is JSON text without NUL and lone surrogates", () => {
    expect(toJson("string", "\0\ud800\u{1f600}", [])).toBe('"\\u0000\\ud800\u{1f600}"');
  });

  test("keeps its bytes beside the JSON, in order", () => {
    const buffers: Uint8Array[] = [];
    const type: Type = {
      record: [
        ["a", "bytes"],
        ["b", { list: "bytes" }],
      ],
    };
    const [one, two, three] = [new Uint8Array([1]), new Uint8Array(), new Uint8Array([3])];
    expect(toJson(type, { a: one, b: [two, three] }, buffers)).toBe("[0,[1,2]]");
    expect(buffers).toEqual([one, two, three]);
    expect(fromJson(type, "[0,[1,2]]", buffers, "place")).toEqual({ a: one, b: [two, three] });
  });

  test("an option may be left out, undefined or null", () => {
    const type: Type = { record: [["a", { option: "string" }]] };
    for (const value of [{}, { a: undefined }, { a: null }]) expect(toJson(type, value, [])).toBe("[null]");
    expect(fromJson(type, "[null]", [], "place")).toEqual({});
    expect(fromJson(type, "[]", [], "place")).toEqual({});
  });

  test("has names like any other: __proto__ is a field and a case", () => {
    const type: Type = { variant: [["__proto__", "u32"]] };
    expect(roundTrip(type, { tag: "__proto__", val: 1 })).toEqual({ tag: "__proto__", val: 1 });
  });

  test("is written without asking a prototype for toJSON", () => {
    const forged = () => "forged";
    const prototypes = [Object.prototype, Array.prototype, String.prototype, Number.prototype];
    try {
      for (const prototype of prototypes) Object.assign(prototype, { toJSON: forged });
      const type: Type = {
        record: [
          ["a", { list: "string" }],
          ["b", { variant: [["c", "u32"]] }],
        ],
      };
      expect(toJson(type, { a: ["x"], b: { tag: "c", val: 1 } }, [])).toBe('[["x"],["c",1]]');
    } finally {
      for (const prototype of prototypes) delete (prototype as { toJSON?: unknown }).toJSON;
    }
  });
});

describe("a value that does not have its type is refused, with its place", () => {
  const buffers = [new Uint8Array([1])];

  test.each<[Type, unknown, string]>([
    ["u32", "x", 'expected u32, got "x"'],
    ["u32", -1, "expected u32, got -1"],
    ["u32", 1.5, "expected u32, got 1.5"],
    ["u32", 2 ** 32, "expected u32, got 4294967296"],
    ["u32", null, "expected u32, got null"],
    ["u32", undefined, "expected u32, got nothing"],
    ["u32", true, "expected u32, got true"],
    ["u16", 65_536, "expected u16, got 65536"],
    ["s32", 2 ** 31, "expected s32, got 2147483648"],
    ["s32", -(2 ** 31) - 1, "expected s32, got -2147483649"],
    ["f64", "1", 'expected f64, got "1"'],
    ["f64", null, "expected f64, got null"],
    ["bool", 1, "expected bool, got 1"],
    ["string", 5, "expected string, got 5"],
    ["string", { toString: "x" }, "expected string, got an object"],
    ["bytes", 1, "expected list<u8>, got 1"],
    ["bytes", -1, "expected list<u8>, got -1"],
    ["bytes", "0", 'expected list<u8>, got "0"'],
    ["bytes", "length", 'expected list<u8>, got "length"'],
    ["bytes", [1, 2], "expected list<u8>, got a list"],
    [{ enum: ["a", "b"] }, "c", 'expected a | b, got "c"'],
    [{ enum: ["a", "b"] }, 0, "expected a | b, got 0"],
    [{ list: "u32" }, "x", 'expected list<u32>, got "x"'],
    [{ list: "u32" }, { length: 1, 0: 1 }, "expected list<u32>, got an object"],
    [{ list: { option: { list: "string" } } }, 1, "expected list<option<list<string>>>, got 1"],
    [{ option: "u32" }, "x", 'expected u32, got "x"'],
    [{ tuple: ["u32"] }, null, "expected tuple, got null"],
    [{ record: [["a", "u32"]] }, {}, "expected record, got an object"],
    [
      {
        variant: [
          ["a", null],
          ["b", "u32"],
        ],
      },
      ["c"],
      "expected a | b, got a list",
    ],
    [
      {
        variant: [
          ["a", null],
          ["b", "u32"],
        ],
      },
      "a",
      'expected a | b, got "a"',
    ],
  ])("%j: %j", (type, wire, message) => {
    expect(() => fromWire(type, wire, buffers, "cache.expire(ttl-seconds)")).toThrow(
      new ContractError(`cache.expire(ttl-seconds): ${message}`),
    );
  });

  test.each<[Type, unknown, string]>([
    [{ list: "u32" }, [1, "x"], 'place[1]: expected u32, got "x"'],
    [{ tuple: ["u32", "string"] }, [1], "place[1]: expected string, got nothing"],
    [{ record: [["a", { record: [["b", "u32"]] }]] }, [["x"]], 'place.a.b: expected u32, got "x"'],
    [{ variant: [["form", { list: "u32" }]] }, ["form", [null]], "place.form[0]: expected u32, got null"],
  ])("%j: the place leads into the value", (type, wire, message) => {
    expect(() => fromWire(type, wire, [], "place")).toThrow(new ContractError(message));
  });

  test.each<[string, unknown, string]>([
    ["no JSON", "nonsense", 'place: expected JSON, got "nonsense"'],
    ["nothing", undefined, "place: expected JSON, got nothing"],
    ["no text", 5, "place: expected JSON, got 5"],
  ])("%s", (_, text, message) => {
    expect(() => fromJson("u32", text, [], "place")).toThrow(new ContractError(message));
  });

  test("a long or deep value is told shortly", () => {
    const deep = JSON.parse("[".repeat(50_000) + "]".repeat(50_000)) as unknown;
    for (const wire of ["x".repeat(1_000_000), deep, { a: "x".repeat(1_000_000) }])
      expect(() => fromWire("u32", wire, [], "place")).toThrow(/^place: expected u32, got .{1,80}$/);
    expect(() => fromJson("u32", "[".repeat(50_000), [], "place")).toThrow(/^place: expected JSON, got .{1,80}$/);
  });

  test("it reads as the TypeError that plugins expect", () => {
    expect(new ContractError("m")).toBeInstanceOf(TypeError);
    expect(String(new ContractError("m"))).toBe("TypeError: m");
  });

  test("no value of one type passes for another by accident", () => {
    fc.assert(
      fc.property(anyType, wireValue, (type, wire) => {
        try {
          const value = fromWire(type, wire, [], "place");
          expect(roundTrip(type, value)).toEqual(value);
        } catch (error) {
          expect(error).toBeInstanceOf(ContractError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
