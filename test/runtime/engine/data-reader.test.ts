import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";

import type { Data, DataObject, ReadData } from "../../../runtime/engine/data-reader.ts";
import type { Engine } from "../../../runtime/engine/engine.ts";
import { bootEngine } from "../support/boot-engine.ts";

const LARGEST = { size: 100_000, levels: 100 };

let engine: Engine;
beforeAll(async () => {
  engine = await bootEngine();
});

type Change = [target: DataObject, key: string, value: Data | undefined];

function readFrom(of: Engine, code: string, like?: unknown, largest = LARGEST): ReadData & { changes: Change[] } {
  const changes: Change[] = [];
  const handle = of.evaluate(`(${code})`, "a.js");
  const read = of.readData(handle, { like, largest, onChange: (...change) => changes.push(change) });
  of.release(handle);
  return { ...read, changes };
}

const read = (code: string): Data | undefined => readFrom(engine, code).data;

/** What a value that was like another one became, with what was changed. */
function readLike(code: string, like: Data): { result: Data | undefined; changes: Change[] } {
  const { data, changes } = readFrom(engine, code, like);
  for (const [target, key, value] of changes)
    if (value === undefined) Reflect.deleteProperty(target, key);
    else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  return { result: data, changes };
}

describe("data is what JSON makes of it, key order included", () => {
  test.each([
    "({})",
    "[]",
    "'text'",
    "7",
    "-0",
    "1.5",
    "NaN",
    "-Infinity",
    "true",
    "null",
    "({ b: 1, a: 2, 10: 3, 9: 4, '-1': 5, 4294967295: 6, 4294967294: 7, 2147483648: 8, '01': 9 })",
    "({ a: undefined, b: [undefined, NaN], c: { d: null } })",
    "(() => { const o = { a: 1, b: 2, c: 3 }; delete o.b; o.b = 4; return o })()",
    "(() => { const o = {}; for (let i = 0; i < 200; i++) o['k' + i] = i; for (let i = 0; i < 190; i++) delete o['k' + i]; return o })()",
    'JSON.parse(\'{"__proto__": {"x": 1}, "constructor": 2, "": 3}\')',
    "Object.assign(Object.create(null), { a: 1 })",
    "Object.freeze({ a: [1] })",
    "(() => { const list = [1, 2, 3]; list.length = 2; return list })()",
    "Object.defineProperty({ a: 1 }, 'hidden', { value: 2 })",
    "({ [Symbol('s')]: 1, a: 2, [Symbol.for('t')]: { b: 3 } })",
    "({ s: '\\ud800 \\udfff', n: 'a\\0b', l: 'caf\\u00e9', w: '\\u4e2d', '\\u4e2d\\0': 1, '\\ud800': 2 })",
    "({ rope: 'a'.repeat(9000) + '\\u4e2d'.repeat(9000) })",
    "(() => { const list = [1, 2, 3]; list.pop(); list.push({ x: [] }); return [list, list] })()",
    "Array.from({ length: 3 }, (_, i) => ({ i }))",
    "({ deep: " + "[".repeat(98) + "]".repeat(98) + " })",
  ])("%s", (code) => {
    const json = engine.ask(engine.evaluate("(value) => JSON.stringify(value)", "a.js"), [
      { handle: engine.evaluate(`(${code})`, "a.js") },
    ]);
    const expected: unknown = JSON.parse(String(json));
    const data = read(code);
    expect(data).toEqual(expected);
    expect(JSON.stringify(data)).toBe(JSON.stringify(expected));
  });

  test("nothing at all is nothing", () => {
    expect(read("undefined")).toBeUndefined();
  });
});

test.each([
  ["a getter", "{ get a() { return 1 } }"],
  ["a proxy", "new Proxy({}, {})"],
  ["a proxy of a list", "[new Proxy([], {})]"],
  ["a Date", "{ at: new Date(0) }"],
  ["a function", "{ f() {} }"],
  ["a toJSON", "{ toJSON: () => 1 }"],
  ["a symbol", "{ s: Symbol() }"],
  ["a BigInt", "{ n: 1n }"],
  ["a class's instance", "new (class { a = 1 })()"],
  ["an object with another prototype", "Object.create({ toJSON: () => 1 })"],
  ["a list with another prototype", "Object.setPrototypeOf([1], null)"],
  ["a list with a gap", "[1, , 2]"],
  ["a list of no items", "new Array(5)"],
  ["a list that was made longer", "(() => { const list = [1]; list.length = 2; return list })()"],
  ["a frozen list", "Object.freeze([1])"],
  ["a list with a property", "Object.assign([1], { toJSON: () => 2 })"],
  ["arguments", "(function () { return arguments })(1)"],
  ["a boxed text", "new String('a')"],
  ["a typed array", "new Uint8Array(2)"],
  ["a Map", "new Map()"],
  ["the global object", "globalThis"],
])("%s is left to JSON", (_, code) => {
  expect(read(code)).toBeUndefined();
  expect(read(`{ in: [{ an: ${code} }] }`)).toBeUndefined();
});

test("a list is left to JSON when the prototype of all has another one", async () => {
  const tampered = await bootEngine();
  expect(readFrom(tampered, "[1]").data).toEqual([1]);
  tampered.release(tampered.evaluate("Object.setPrototypeOf(Array.prototype, { toJSON: () => 1 })", "a.js"));
  expect(readFrom(tampered, "[1]").data).toBeUndefined();
  expect(readFrom(tampered, "({ a: 1 })").data).toBeUndefined();
});

describe("what is large is left unread", () => {
  const size = (code: string): number => readFrom(engine, code).size;

  test.each([
    ["a cycle", "(() => { const o = {}; o.o = o; return o })()"],
    ["a cycle of lists", "(() => { const l = []; l.push(l); return l })()"],
    ["what is too deep", "[".repeat(101) + "]".repeat(101)],
    ["a long text", "'x'.repeat(100001)"],
    [
      "a rope that no memory could hold",
      "(() => { let s = 'x'.repeat(9000); for (let i = 0; i < 15; i++) s += s; return s })()",
    ],
    ["many items", "Array.from({ length: 30000 }, () => null)"],
    ["one object many times over", "(() => { let o = {}; for (let i = 0; i < 60; i++) o = [o, o]; return o })()"],
    ["long keys", "(() => { const o = {}; for (let i = 0; i < 40; i++) o['k'.repeat(5000) + i] = {}; return o })()"],
  ])("%s", (_, code) => {
    const before = engine.fuel;
    const result = readFrom(engine, code);
    expect(result.data).toBeUndefined();
    expect(result.size).toBeLessThan(LARGEST.size + 200_000);
    expect(engine.fuel - before).toBeGreaterThan(result.size);
  });

  test("the size is about that of the JSON", () => {
    expect(size("({ key: 'value' })")).toBeGreaterThan(8);
    expect(size("[1, 2, 3]")).toBe(4 * 4);
    expect(size("['\\u4e2d'.repeat(100)]")).toBe(108);
  });
});

describe("beside what it was", () => {
  test("what is the same is not made anew", () => {
    const like = { a: 1, b: { c: ["x", { d: 1.5 }], e: "caf\u00e9 \u4e2d" }, n: null };
    const { result, changes } = readLike(JSON.stringify(like), like);
    expect(result).toBe(like);
    expect(changes).toEqual([]);
  });

  test("each change is told where it is", () => {
    const inner = { c: 1, d: 2 };
    const like = { a: "x", inner, list: [1, { e: 1 }] };
    const { result, changes } = readLike(
      "({ a: 'y', inner: { c: 1, d: 3, f: 4 }, list: [1, { e: 2 }], g: null })",
      like,
    );
    expect(changes).toEqual([
      [like, "a", "y"],
      [inner, "d", 3],
      [inner, "f", 4],
      [like.list[1], "e", 2],
      [like, "g", null],
    ]);
    expect(result).toEqual({ a: "y", inner: { c: 1, d: 3, f: 4 }, list: [1, { e: 2 }], g: null });
  });

  const key = fc.constantFrom("a", "b", "c", "d", "e", "1", "0", "__proto__", "constructor", "\u4e2d");
  const value = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(0, 1, -1, 1.5, "", "x", "xy", "\u4e2d", true, false, null),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.uniqueArray(fc.tuple(key, tie("any")), { maxLength: 6, selector: ([name]) => name }).map(toObject),
    ),
  })).any;

  test("any data becomes any other, key order included", () => {
    fc.assert(
      fc.property(value, value, (from, to) => {
        const json = JSON.stringify(to);
        const like = JSON.parse(JSON.stringify(from)) as Data;
        const { result } = readLike(`JSON.parse(${JSON.stringify(json)})`, like);
        expect(JSON.stringify(result)).toBe(json);
      }),
      { numRuns: 500 },
    );
  });
});

function toObject(entries: [string, unknown][]): object {
  return JSON.parse(
    `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`).join()}}`,
  ) as object;
}
