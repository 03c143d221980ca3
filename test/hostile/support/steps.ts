import fc from "fast-check";

const OBJECTS = [
  "event",
  "event.properties",
  "event.properties.o",
  "event.properties.o.deep",
  "event.properties.list[1]",
  "kept",
  "event.n1",
  "event.a",
];
const KEYS = [
  "a",
  "b",
  "o",
  "n1",
  "n2",
  "list",
  "properties",
  "event",
  "10",
  "2",
  "__proto__",
  "toJSON",
  "deep",
  "constructor",
  "length",
  "0",
];
const VALUES = [
  "1",
  "'s'",
  "null",
  "undefined",
  "[1, { z: 2 }]",
  "{ a: { b: 1 } }",
  "event",
  "event.properties",
  "event.properties.o",
  "kept",
  "[]",
  "{}",
  "NaN",
  "() => 1",
  "new Date(0)",
  "Object.freeze({ q: 1 })",
  "event.properties.list",
];
const FLAGS = [
  "writable: true, enumerable: true, configurable: true",
  "enumerable: true",
  "configurable: true, enumerable: true",
  "writable: true",
];

/** What may be done to an object; O, K, V and F stand for an object, a key, a value and the flags of a property. */
const STEPS = [
  "O[K] = V",
  "delete O[K]",
  "kept = O",
  "out.push(O[K])",
  "out.push(Object.keys(O))",
  "out.push(K in O)",
  "Object.assign(O, V)",
  "out.push(JSON.stringify(O))",
  "out.push(Object.getOwnPropertyDescriptor(O, K))",
  "Object.defineProperty(O, K, { value: V, F })",
  "Object.defineProperty(O, K, { get() { return V }, enumerable: true, configurable: true })",
  "Object.freeze(O)",
  "Object.seal(O)",
  "Object.preventExtensions(O)",
  "O.list.push(V)",
  "for (const key in O) out.push(key)",
  "out.push({ ...O })",
  "out.push(O === event.properties)",
  "Reflect.set(O, K, V, O)",
  "Object.setPrototypeOf(O, null)",
  "Object.setPrototypeOf(O, { inherited: 1 })",
  "kept = Object.create(O)",
  "kept = new Proxy(O, {})",
  "O.toJSON = function (key) { out.push(key); return V }",
];

const step = fc
  .record({
    text: fc.constantFrom(...STEPS),
    O: fc.constantFrom(...OBJECTS),
    K: fc.constantFrom(...KEYS).map((key) => JSON.stringify(key)),
    V: fc.constantFrom(...VALUES),
    F: fc.constantFrom(...FLAGS),
  })
  .map(({ text, ...parts }) => text.replace(/\b[OKVF]\b/g, (name) => parts[name as keyof typeof parts]))
  .map((code) => `try { ${code} } catch (e) { out.push(e.name) }`);

/** Bodies of `function (event)` that do anything to their event. */
export const steps = fc
  .tuple(
    fc.array(step, { minLength: 1, maxLength: 8 }),
    fc.constantFrom("event", "event", "out", "event.properties", "[event, out]"),
  )
  .map(([all, result]) => `let kept = {}; const out = []; ${all.join("; ")}; return ${result}`);
