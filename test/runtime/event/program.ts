import fc from "fast-check";

/** One thing that a plugin does to its event, and what it sees of it. */
export type Step = [name: string, path: string[], ...args: unknown[]];

/**
 * The interpreter of programs, as code: it runs in a sandbox and out here, and both must see the same. Values that JSON does not have are
 * written as `["#", name]`.
 */
export const INTERPRETER = `(function run(event, steps, keep) {
  const special = {
    undefined, NaN, Infinity, negativeZero: -0, date: new Date(86400000), bigNumber: 1e21,
    function: () => 1, symbol: Symbol("s"), toJSON: { toJSON: (key) => "json of " + key }, silent: { toJSON: () => undefined },
  };
  const value = (v) => (Array.isArray(v) && v[0] === "#" ? special[v[1]] : typeof v === "object" && v !== null ? JSON.parse(JSON.stringify(v)) : v);
  const isObject = (v) => typeof v === "object" && v !== null;
  // Own keys only: a program must not get hold of what it shares with others.
  const own = (o, k) => (isObject(o) && Object.hasOwn(o, k) ? o[k] : undefined);
  const at = (path) => path.reduce(own, event);
  const describe = (v) => (isObject(v) ? (Array.isArray(v) ? "array " : "object ") + Object.keys(v).join() : typeof v + " " + (typeof v === "function" ? v.name : String(v)));
  const plainDescriptor = (d) => d && [describe(d.value), d.writable, d.enumerable, d.configurable, typeof d.get];
  const ops = {
    get: (o, k) => describe(o[k]),
    set: (o, k, v) => { o[k] = value(v) },
    setSame: (o, k) => { o[k] = o[k] },
    delete: (o, k) => delete o[k],
    has: (o, k) => [k in o, Object.hasOwn(o, k), o.hasOwnProperty === Object.prototype.hasOwnProperty, Reflect.has(o, k)],
    keys: (o) => [Object.keys(o), Reflect.ownKeys(o).map(String), Object.getOwnPropertyNames(o)],
    values: (o) => Object.values(o).map(describe),
    entries: (o) => Object.entries(o).map(([k, v]) => k + describe(v)),
    forIn: (o) => { const seen = []; for (const k in o) seen.push(k); return seen },
    spread: (o) => Object.keys({ ...o, extra: 1 }),
    rest: (o, k) => { const { [k]: taken, ...others } = o; return [describe(taken), Object.keys(others)] },
    assign: (o, k, v) => { Object.assign(o, { [k]: value(v), assigned: 1 }) },
    json: (o) => JSON.stringify(o),
    jsonKeys: (o, k) => JSON.stringify(o, [k, "properties", "event"], 1),
    replaceByCopy: (o, k) => { if (isObject(o[k]) && !Array.isArray(o[k])) o[k] = { ...o[k], copied: true } },
    alias: (o, k, from) => { o[k] = at(from) },
    identity: (o, k) => [o[k] === o[k], o === at([]), Object.is(o, o)],
    descriptor: (o, k) => plainDescriptor(Object.getOwnPropertyDescriptor(o, k)) ?? null,
    define: (o, k, v) => Reflect.defineProperty(o, k, { value: value(v), writable: true, enumerable: true, configurable: true }),
    defineHidden: (o, k, v) => Reflect.defineProperty(o, k, { value: value(v), configurable: true }),
    defineGetter: (o, k) => Reflect.defineProperty(o, k, { get() { return Object.keys(this).length }, enumerable: true, configurable: true }),
    defineValue: (o, k, v) => Reflect.defineProperty(o, k, { value: value(v) }),
    freeze: (o) => { Object.freeze(o); return Object.isFrozen(o) },
    seal: (o) => { Object.seal(o); return [Object.isSealed(o), Object.isExtensible(o)] },
    setPrototype: (o) => { Object.setPrototypeOf(o, { inherited: 1 }); return [o.inherited, "inherited" in o] },
    protoKey: (o, v) => { o.__proto__ = { viaProto: 2 }; return o.viaProto },
    inherit: (o, k, v) => { const heir = Object.create(o); heir[k] = value(v); return [describe(heir[k]), describe(o[k]), Object.keys(heir)] },
    reflectSet: (o, k, v) => Reflect.set(o, k, value(v)),
    reflectSetElsewhere: (o, k, v) => { const other = {}; return [Reflect.set(o, k, value(v), other), Object.keys(other)] },
    increment: (o, k) => o[k]++,
    push: (o, k) => { if (Array.isArray(own(o, k))) o[k].push("pushed") },
    sort: (o, k) => { if (Array.isArray(own(o, k))) o[k].reverse() },
    into: (o, k, v) => { if (Array.isArray(own(o, k)) && isObject(o[k][0])) o[k][0].deep = value(v) },
    tag: (o) => [Object.prototype.toString.call(o), Array.isArray(o), o instanceof Object, typeof o, String(o).replace(/ \\(.*/, ""), o.constructor === Object],
    proto: (o) => [Object.getPrototypeOf(o) === Object.prototype, Object.isExtensible(o)],
    enumerable: (o, k) => o.propertyIsEnumerable(k),
    deep: (o) => { const walk = (v) => (isObject(v) ? Object.keys(v).map((k) => [k, walk(v[k])]) : describe(v)); return walk(o) },
    compare: (o, k) => [o[k] == o, o[k] === at(["properties"])],
    nullish: (o, k, v) => { o[k] ??= value(v); o.counter = (o.counter || 0) + 1 },
    swap: (o, k, from) => { const p = at(from); if (isObject(p)) { const t = own(p, k); p[k] = own(o, k); o[k] = t } },
    toJSONOfOwn: (o, k) => { o.toJSON = function () { return { replaced: k } } },
    cycle: (o, k) => { o[k] = event },
  };
  const trace = [];
  for (const [name, path, ...args] of steps) {
    const o = at(path);
    if (!isObject(o)) { trace.push("nothing"); continue }
    try { const seen = ops[name](o, ...args); trace.push(seen === undefined ? "done" : seen) } catch (e) { trace.push("threw " + (e.name === "InternalError" ? "RangeError" : e.name)) }
  }
  keep(at(["properties"]), event);
  return trace;
})`;

const NAMES = [
  ..."get get get set set set setSame delete delete has keys values entries forIn spread rest assign json jsonKeys replaceByCopy".split(
    " ",
  ),
  ..."alias identity descriptor define inherit reflectSet reflectSetElsewhere increment push sort into tag proto enumerable".split(
    " ",
  ),
  ..."deep compare nullish swap".split(" "),
];
/** Rarer: after them the event is written out as a whole. */
const EXOTIC = "defineHidden defineGetter defineValue freeze seal setPrototype protoKey toJSONOfOwn cycle".split(" ");

const key = fc.oneof(
  fc.constantFrom("a", "b", "c", "$set", "list", "event", "properties", "text", "10", "2", "01", ""),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "é",
    "\u{1f600}",
    "\ud800",
    "a\0b",
  ),
);
const text = fc.oneof(
  fc.constantFrom("", "x", "é", "日本", "\u{1f600}", "\ud800x", "a\0b", "x".repeat(100), "é".repeat(80)),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const dictionary = <T>(values: fc.Arbitrary<T>, maxKeys: number): fc.Arbitrary<Record<string, T>> =>
  fc
    .uniqueArray(fc.tuple(key, values), { maxLength: maxKeys, selector: ([name]) => name })
    .map(
      (entries) =>
        JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join()}}`) as Record<
          string,
          T
        >,
    );
const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    dictionary(tie("value"), 4),
  ),
})).value;
const value = fc.oneof(
  json,
  fc
    .constantFrom(
      "undefined",
      "NaN",
      "Infinity",
      "negativeZero",
      "date",
      "bigNumber",
      "function",
      "symbol",
      "toJSON",
      "silent",
    )
    .map((name) => ["#", name]),
);
const path: fc.Arbitrary<string[]> = fc.oneof(
  fc.constant<string[]>([]),
  fc.constant<string[]>(["properties"]),
  fc.constant<string[]>(["properties"]),
  fc.constant<string[]>(["properties", "$set"]),
  fc.array(key, { maxLength: 3 }),
  fc.array(key, { maxLength: 2 }).map((rest) => ["properties", ...rest]),
);
const stepOf = (names: string[]): fc.Arbitrary<Step> =>
  fc
    .tuple(fc.constantFrom(...names), path, key, value, path)
    .map(([name, at, k, v, from]): Step => [name, at, k, name === "alias" || name === "swap" ? from : v]);

/** An event, as JSON text. */
export const events: fc.Arbitrary<string> = fc
  .tuple(dictionary(json, 6), dictionary(json, 8), fc.boolean())
  .map(([top, properties, isBare]) => JSON.stringify(isBare ? top : { event: "e", ...top, properties }));

export const programs: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 4, arbitrary: fc.array(stepOf(NAMES), { maxLength: 8 }) },
  { weight: 1, arbitrary: fc.array(stepOf([...NAMES, ...EXOTIC]), { maxLength: 8 }) },
);
