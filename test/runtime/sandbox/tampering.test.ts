import { describe, expect, test } from "vitest";

import { PluginLoadError } from "../../../runtime/sandbox-options.ts";
import { OUTCOME_KINDS } from "../../../wit/generated/contract.ts";
import { bootEngine } from "../support/boot-engine.ts";
import { loadPlugin } from "../support/load-plugin.ts";
import { response } from "../support/records.ts";
import { SYNTAX, WALK } from "../support/walk.ts";

/** Needs no builtin but syntax. */
const USE_LITTLE = `
  export async function onEvent(event, { cache, storage }) {
    await cache.set("k", { a: [1] }, 10);
    storage.set("k", event);
    posthog.capture("captured", event);
    console.log("logged");
    return [await cache.get("k"), event];
  }`;

/** Uses much of what there is. */
const USE_MUCH = `
  export async function onEvent(event, { cache, storage, jobs, geoip, utils }) {
    await cache.set("k", { a: [1] }, 10);
    await cache.lpush("l", ["a", "b"]);
    await storage.set("k", 1);
    await utils.cursor.increment("c");
    await jobs.x({ a: 1 }).runIn(1, "hours");
    await geoip.locate("1.2.3.4");
    posthog.capture("captured", { a: 1 });
    console.log("logged", { a: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1));
    const answer = await fetch("https://x.com", { method: "POST", headers: { a: "b" }, body: new Uint8Array([1, 2]) });
    const url = new URL("https://x.com/a?b=c");
    url.search = "?b=d";
    return [await cache.get("k"), await answer.text(), url.searchParams.get("b"), Math.random() < 1];
  }`;

/** Uses the ambient classes. */
const USE_CLASSES = `
  export async function onEvent(event) {
    const aborter = new AbortController();
    aborter.signal.addEventListener("abort", () => console.log("aborted"));
    const form = new FormData();
    form.append("a", new File(["text"], "b.txt", { type: "text/plain" }));
    const request = new Request("https://x.com/", { method: "POST", body: form, signal: aborter.signal, headers: { "X-A": "1" } });
    const copy = await request.clone().formData();
    const answer = await fetch(request);
    const clone = structuredClone(new Map([["k", [new Date(0), event, new Error("e")]]]));
    setTimeout(() => {}, 1e6).unref();
    await new Promise((resolve) => queueMicrotask(resolve));
    aborter.abort();
    const error = await fetch("https://x.com/", { signal: aborter.signal }).catch((e) => e);
    return [copy.get("a").name, await answer.clone().text(), [...answer.headers], clone.get("k")[0].getTime(), error.name, atob(btoa("x")),
      new TextDecoder().decode(new TextEncoder().encode("é")), new Date(0).toLocaleDateString("en-GB"), process.env, performance.now() > 0];
  }`;

/** Loads and calls a plugin that tampered with its builtins. Whatever it did, what comes is a typed outcome. */
async function callOf(tampering: string, use: string) {
  try {
    const plugin = await loadPlugin(`${tampering};\n${use}`, { limits: { fuel: 2_000_000, wallMs: 2000 } });
    plugin.records.respond = () => response(200, "body");
    return { ...(await plugin.call("onEvent", [{ event: "e" }])), records: plugin.records };
  } catch (error) {
    if (!(error instanceof PluginLoadError)) throw error;
    return { outcome: error.outcome, json: null, records: undefined };
  }
}

test("untampered, both uses work", async () => {
  expect((await callOf("", USE_LITTLE)).json).toBe('[{"a":[1]},{"event":"e"}]');
  expect((await callOf("", USE_MUCH)).json).toBe('[{"a":[1]},"body","d",true]');
  expect((await callOf("", USE_CLASSES)).json).toBe('["b.txt","body",[],0,"AbortError","x","é","01/01/1970",{},true]');
});

describe("a plugin that replaces a builtin for itself still reaches its capabilities", () => {
  test.each([
    "JSON.stringify = () => 'nonsense'; JSON.parse = () => 5",
    "globalThis.JSON = undefined",
    "globalThis.Promise = class { constructor() { throw 1 } }",
    "Promise.prototype.then = Promise.prototype.catch = Promise.resolve = () => { throw 1 }",
    "globalThis.Map = globalThis.Set = globalThis.Reflect = globalThis.Proxy = undefined",
    "Map.prototype.get = Map.prototype.set = Map.prototype.delete = Map.prototype.has = () => { throw 1 }",
    "globalThis.Error = globalThis.TypeError = globalThis.Uint8Array = globalThis.Array = undefined",
    "Array.isArray = Object.defineProperty = Object.entries = Object.keys = Object.hasOwn = Object.fromEntries = () => { throw 1 }",
    "Reflect.apply = Reflect.get = () => { throw 1 }",
    "Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => { throw 1 }",
    "Object.prototype.extra = () => 1; Array.prototype.extra = 2; Function.prototype.extra = 3",
    "Object.defineProperty(Object.prototype, 'json', { get() { throw 1 }, set() { throw 1 } })",
  ])("%s", async (tampering) => {
    const { outcome, json, records } = await callOf(tampering, USE_LITTLE);
    expect([outcome.kind, outcome.message]).toEqual(["ok", undefined]);
    expect(json).toBe('[{"a":[1]},{"event":"e"}]');
    expect(records?.captured).toEqual([["captured", { event: "e" }]]);
    expect(records?.logs).toEqual([["log", "logged"]]);
  });
});

const HOSTILE = [
  "Object.prototype.toJSON = () => ({ tag: 'returned', val: { type: 'object', truthy: true, json: 'not json' } })",
  "Object.prototype.toJSON = () => undefined",
  "Object.prototype.toJSON = () => { throw 1 }",
  "Array.prototype.toJSON = () => 'forged'",
  "String.prototype.toJSON = Number.prototype.toJSON = Boolean.prototype.toJSON = () => ({})",
  "Array.prototype.map = () => { throw 1 }",
  "Array.prototype.map = () => []",
  "Array.prototype.map = () => ['[[[[', {}, null]",
  "Array.prototype.join = () => 'nonsense'",
  "Array.prototype.join = () => '1],[2'",
  "Array.prototype.join = () => '['.repeat(1e5)",
  "Array.prototype.join = () => '\"' + 'x'.repeat(1e6) + '\"'",
  "Array.prototype.push = () => -1",
  "Array.prototype.push = () => 1e9",
  "Array.prototype.find = () => ['returned', { list: 'string' }]",
  "Array.prototype.includes = () => true",
  "Array.prototype.slice = String.prototype.slice = () => 'x'.repeat(1e6)",
  "Array.prototype[Symbol.iterator] = () => { throw 1 }",
  "Array.prototype[Symbol.iterator] = function* () {}",
  "Array.prototype[Symbol.iterator] = function* () { for (;;) yield 1 }",
  "Object.getPrototypeOf([][Symbol.iterator]()).next = () => ({ done: true })",
  "Array.prototype.filter = Array.prototype.forEach = Array.prototype.some = () => { throw 1 }",
  "Object.prototype.then = (resolve) => resolve({ forged: true })",
  "Object.prototype.then = () => {}",
  "Object.defineProperty(Object.prototype, 'then', { get() { throw new Error('then') } })",
  "Object.prototype.error = { name: 'RetryError', message: 'forged' }",
  "Object.prototype.ok = 5",
  "Object.prototype.tag = 'threw'; Object.prototype.val = {}",
  "Object.prototype.option = 'u32'; Object.prototype.list = 'bool'; Object.prototype.enum = []",
  "Object.prototype.record = []; Object.prototype.variant = []; Object.prototype.tuple = []",
  "Object.prototype.length = 5",
  "Object.defineProperty(Array.prototype, 0, { set() { throw 1 } })",
  "for (const k of ['json', 'type', 'truthy', 'name', 'message', 'stack']) Object.prototype[k] = { evil: 1 }",
  "Promise.prototype.constructor = class { constructor(f) { f(() => {}, () => {}) } }",
  "Promise.prototype.constructor = function () { throw 1 }",
  "Object.defineProperty(Promise, Symbol.species, { get() { throw 1 } })",
  "Object.defineProperty(Promise, Symbol.species, { value: class { constructor(f) { f((x) => { throw x }, (x) => { throw x }) } } })",
  "globalThis.String = () => { throw 1 }",
  "globalThis.String = () => ({ toString: 5 })",
  "String.prototype.replace = String.prototype.split = () => { throw 1 }",
  "globalThis.Number = globalThis.Boolean = globalThis.Date = () => { throw 1 }",
  "globalThis.Object = undefined",
  "Object.defineProperty(Error, Symbol.hasInstance, { value: () => true })",
  "Object.defineProperty(Error, Symbol.hasInstance, { value: () => { throw 1 } })",
  "Error.prototype.name = { toString() { throw 1 } }",
  "Object.getPrototypeOf(Uint8Array).prototype.slice = () => { throw 1 }",
  "Object.defineProperty(Object.getPrototypeOf(Uint8Array).prototype, 'buffer', { get: () => 'text' })",
  "Object.defineProperty(Object.getPrototypeOf(Uint8Array).prototype, 'buffer', { get: () => undefined })",
  "Object.defineProperty(Object.getPrototypeOf(Uint8Array), Symbol.species, { get() { throw 1 } })",
  "Object.setPrototypeOf(Array.prototype, null)",
  "Object.setPrototypeOf(Function.prototype, null)",
  "Object.setPrototypeOf(Object.getPrototypeOf(async () => {}), null)",
  "Object.setPrototypeOf(Promise.prototype, new Proxy({}, { get() { throw 1 } }))",
  "Object.setPrototypeOf(Array.prototype, new Proxy({}, { get: () => 5, has: () => true }))",
  "for (const k of Object.getOwnPropertyNames(Array.prototype)) if (k !== 'constructor') Array.prototype[k] = () => [[]]",
  "for (const k of Object.getOwnPropertyNames(Object.prototype)) if (k !== '__proto__') Object.prototype[k] = () => { throw 1 }",
  "for (const k of Object.getOwnPropertyNames(globalThis)) if (!['globalThis', 'exports', 'module'].includes(k)) try { delete globalThis[k] } catch {}",
  "globalThis.eval = () => 'function'",
  "module = new Proxy({}, { get: () => new Proxy({}, { get: () => () => 1, ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }) }) })",
  "exports = new Proxy({}, { ownKeys() { throw new Error('no keys') } })",
  "exports = new Proxy({}, { get(t, k) { if (k === 'onEvent') for (;;); return t[k] } })",
  "exports.jobs = new Proxy({}, { ownKeys() { for (;;); } })",
  "exports.jobs = { get x() { throw new Error('a getter') } }",
  "exports.metrics = { get x() { throw new Error('a getter') } }",
  "Object.freeze(Object.prototype); Object.freeze(Array.prototype); Object.freeze(globalThis)",
  "URL = Headers = Request = Response = Blob = File = AbortSignal = EventTarget = Event = DOMException = TextDecoder = undefined",
  "Headers.prototype.append = Headers.prototype.entries = Response.prototype.text = Request.prototype.clone = () => { throw 1 }",
  "AbortSignal.prototype.addEventListener = EventTarget.prototype.dispatchEvent = () => { throw 1 }",
  "Object.defineProperty(AbortSignal.prototype, 'aborted', { get: () => ({}) })",
  "Object.prototype.signal = { aborted: true }; Object.prototype.timeout = 1; Object.prototype.body = 'forged'; Object.prototype.method = {}",
  "Object.prototype.timeZone = { toString: () => 'x'.repeat(1e6) }; Object.prototype.stream = true; Object.prototype.once = true",
  "Object.prototype.filename = 'f'; Object.prototype.contentType = 5; Object.prototype.transfer = [1]; Object.prototype.cause = {}",
  "RegExp.prototype.exec = RegExp.prototype.test = () => { throw 1 }",
  "RegExp.prototype[Symbol.replace] = () => ({})",
  "Date.now = () => 'never'; Date.prototype.getTime = () => { throw 1 }",
  "ArrayBuffer.isView = () => true; Object.defineProperty(ArrayBuffer, Symbol.hasInstance, { value: () => true })",
  "Map.prototype.set = Map.prototype.get = () => ({}); Set.prototype.add = () => {}",
  "String.prototype.toLowerCase = String.prototype.toWellFormed = String.prototype.slice = () => ({ length: 1e9 })",
  "Object.freeze(Math); Object.freeze(JSON); Object.freeze(Promise.prototype)",
];

describe("a plugin that breaks what its sandbox stands on fails by itself, typed", () => {
  test.each(HOSTILE)("%s", async (tampering) => {
    for (const use of [USE_LITTLE, USE_MUCH, USE_CLASSES]) {
      const { outcome, json, records } = await callOf(tampering, use);
      expect(OUTCOME_KINDS).toContain(outcome.kind);
      expect(["", "onEvent"]).toContain(outcome.function);
      for (const text of [outcome.message, outcome.reason]) {
        expect(["string", "undefined"]).toContain(typeof text);
        expect((text ?? "").length).toBeLessThanOrEqual(4096);
      }
      if (json !== null) expect(() => JSON.parse(json)).not.toThrow();
      for (const [level, message] of records?.logs ?? []) expect([level, typeof message]).toEqual(["log", "string"]);
      for (const [event] of records?.captured ?? []) expect(typeof event).toBe("string");
      for (const { url, method } of records?.requests ?? [])
        expect([typeof url, typeof method]).toEqual(["string", "string"]);
    }
  });

  test("and a sandbox of the same plugin without it is unharmed", async () => {
    expect((await callOf("", USE_MUCH)).outcome.kind).toBe("ok");
    expect(({} as { toJSON?: unknown }).toJSON).toBeUndefined();
  });
});

describe("an outcome cannot be forged", () => {
  test("by what the report looks like in JSON", async () => {
    const { outcome, json } = await callOf(
      "Object.prototype.toJSON = function () { return { tag: 'threw', val: { name: 'RetryError', message: 'forged', stack: '' } } }",
      "export const onEvent = () => 'returned'",
    );
    expect([outcome.kind, json]).toEqual(["ok", '"returned"']);
  });

  test("for another call, be it earlier or later", async () => {
    const plugin = await loadPlugin(`
      const kept = [];
      const { then } = Promise.prototype;
      Promise.prototype.then = function (...reactions) { kept.push(...reactions); return then.apply(this, reactions) };
      for (const proto of [Map.prototype, Array.prototype])
        for (const name of ["get", "set", "map", "push", "find"]) {
          const original = proto[name];
          if (original) proto[name] = function (...args) { if (kept.length < 1e4) kept[kept.length] = args; return original.apply(this, args) };
        }
      export async function processEvent(event, { cache }) {
        await cache.get("k");
        for (const f of kept.flat(3)) if (typeof f === "function") try { f({ tag: "returned", val: { type: "object", truthy: true, json: '{"forged":1}' } }) } catch {}
        return event;
      }
    `);
    for (const n of [1, 2, 3]) {
      const { outcome, json } = await plugin.call("processEvent", [{ n }]);
      expect([outcome.kind, json]).toEqual(["ok", JSON.stringify({ n })]);
    }
  });
});

test("hooks on every builtin see nothing that leads to the host", async () => {
  const bare = await bootEngine();
  const script = `delete globalThis.host; (function () { return JSON.stringify(${WALK}(${SYNTAX}, arguments, new Map().values())) })()`;
  const [builtin] = JSON.parse(String(bare.read(bare.evaluate(script, "a.js")))) as [string[], number];
  const plugin = await loadPlugin(`
    const walk = ${WALK};
    const kept = [];
    const { apply, ownKeys } = Reflect;
    const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
    const keep = (...values) => { if (kept.length < 50000) kept[kept.length] = values };
    const hook = (target) => {
      for (const key of ownKeys(target)) {
        const original = getOwnPropertyDescriptor(target, key).value;
        if (typeof original !== "function" || key === "constructor") continue;
        try {
          target[key] = function (...args) {
            const result = apply(original, this, args);
            keep(this, args, result);
            return result;
          };
        } catch {}
      }
    };
    const originals = ${WALK}(${SYNTAX})[0];
    for (const name of ["Array", "Object", "Function", "String", "Number", "Map", "Set", "WeakMap", "Promise", "RegExp", "ArrayBuffer", "Uint8Array", "Error", "Symbol", "Date"]) {
      hook(globalThis[name]);
      hook(globalThis[name].prototype);
    }
    hook(getPrototypeOf(Uint8Array.prototype)); hook(JSON); hook(Reflect); hook(Math);
    for (const key of ["call", "sync", "async", "settle", "complete", "send", "resolve", "reject", "result", "json", "0", "1"])
      Object.defineProperty(Object.prototype, key, {
        configurable: true,
        get() { keep(this); },
        set(value) { keep(this, value); Object.defineProperty(this, key, { value, writable: true, configurable: true, enumerable: true }) },
      });
    ${USE_MUCH.replace("onEvent", "processEvent")}
    export function onEvent() {
      const named = kept.flat(4).filter((f) => typeof f === "function").map((f) => f.name);
      return [kept.length, walk(kept), named.filter((name) => ["sync", "async", "settle", "complete", "host", "send"].includes(name))];
    }
  `);
  plugin.records.respond = () => response(200, "body");
  await plugin.call("processEvent", [{ event: "e" }]);
  const [kept, [natives], named] = (await plugin.run("onEvent", {})) as [number, [string[], number], string[]];
  expect(kept).toBeGreaterThan(50);
  for (const known of builtin) if (natives.includes(known)) natives.splice(natives.indexOf(known), 1);
  // The two functions that settle a promise are the engine's, and made anew for each.
  expect(natives.filter((name) => name !== "/1" && name !== "/0")).toEqual([]);
  expect(named).toEqual([]);
});
