import { expect, test } from "vitest";

import { loadPlugin } from "../support/load-plugin.ts";

async function logOf(call: string): Promise<[level: string, message: string][]> {
  const plugin = await loadPlugin(`export function onEvent() { ${call} }`);
  await plugin.run("onEvent", {});
  return plugin.records.logs;
}

test.each(["debug", "log", "info", "warn", "error"])("console.%s", async (level) => {
  expect(
    await logOf(`
      console.${level}();
      console.${level}("number =", 987);
      console.${level}(new Error("something"));
      console.${level}({ 1: "ein", 2: "zwei" });
      console.${level}([99, 79]);
    `),
  ).toEqual([
    [level, ""],
    [level, "number = 987"],
    [level, "Error: something"],
    [level, '{"1":"ein","2":"zwei"}'],
    [level, "[99,79]"],
  ]);
});

test.each([
  ["undefined", "undefined"],
  ["null", "null"],
  ["true", "true"],
  ["-0.5", "-0.5"],
  ["10n", "10"],
  ["Symbol('s')", "Symbol(s)"],
  ["'%s', 'x'", "%s x"],
  ["new Date(0)", "Thu Jan 01 1970 00:00:00 GMT+0000"],
  ["new Map([[1, 2]])", "[object Map]"],
  ["new Set()", "[object Set]"],
  ["/a/g", "/a/g"],
  ["(a) => a", "(a) => a"],
  ["class A {}", "class A {}"],
  ["[]", "[]"],
  ["[undefined, () => 1]", "[null,null]"],
  ["[[1, { a: 2 }]]", '[[1,{"a":2}]]'],
  ["new RetryError('again')", "RetryError: again"],
  ["Buffer.from('hi')", "hi"],
  ["new URL('https://x.com/a')", "https://x.com/a"],
  ["Promise.resolve()", "[object Promise]"],
  ["'a\\nb', '', 'c'", "a\nb  c"],
  ["'\\u{1f600}\\0'", "\u{1f600}\0"],
])("console.log(%s)", async (args, message) => {
  expect(await logOf(`console.log(${args})`)).toEqual([["log", message]]);
});

test.each([
  [
    "const a = { b: [1] }; a.a = a; a.b.push(a.b, { a }); console.log('before', a)",
    'before {"b":[1,"[Circular]",{"a":"[Circular]"}],"a":"[Circular]"}',
  ],
  [
    "const b = { c: 1 }; console.log({ a: b, b, d: { b }, e: [b, 5n] })",
    '{"a":{"c":1},"b":{"c":1},"d":{"b":{"c":1}},"e":[{"c":1},"5n"]}',
  ],
  ["console.log(Object.create(null))", "{}"],
  ["console.log(Object.assign(Object.create(null), { a: 1 }), 2)", '{"a":1} 2'],
  ["console.log({ a: 1, toString() { throw new Error('no') } })", '{"a":1}'],
  ["console.log([1n])", '["1n"]'],
  ["console.log([{ toJSON() { throw new Error('no') } }])", "[unprintable: no]"],
  ["console.log([{ toJSON() { throw 5 } }])", "[unprintable: object]"],
  [
    "Array.prototype.push = Array.prototype.indexOf = () => { throw 1 }; const a = {}; a.a = a; console.log(a)",
    '{"a":"[Circular]"}',
  ],
])("%s keeps a message that can be read, where PostHog lost it", async (call, message) => {
  expect(await logOf(call)).toEqual([["log", message]]);
});

test.each([
  ["dir", "log"],
  ["dirxml", "log"],
  ["table", "log"],
  ["group", "log"],
  ["groupCollapsed", "log"],
  ["trace", "debug"],
])("console.%s, which PostHog did not have, writes to %s", async (method, level) => {
  expect(await logOf(`console.${method}([{ a: 1 }], "x")`)).toEqual([[level, '[{"a":1}] x']]);
});

test("assert, count, and what has nothing to write", async () => {
  expect(
    await logOf(`
      console.assert(true, "kept quiet"); console.assert(0, "told", { a: 1 });
      console.count(); console.count("__proto__"); console.count(); console.countReset(); console.count();
      for (const name of ["groupEnd", "time", "timeLog", "timeEnd", "clear"]) console[name]("x");
    `),
  ).toEqual([
    ["error", 'Assertion failed told {"a":1}'],
    ["log", "default: 1"],
    ["log", "__proto__: 1"],
    ["log", "default: 2"],
    ["log", "default: 1"],
  ]);
});

test("logs before a function was called, and after an await, are there too", async () => {
  const plugin = await loadPlugin(`
    console.log("script");
    export async function onEvent() { console.log("before"); await null; console.log("after") }
  `);
  await plugin.run("onEvent", {});
  expect(plugin.records.logs.map(([, message]) => message)).toEqual(["script", "before", "after"]);
});

test("a plugin may replace console for itself", async () => {
  const plugin = await loadPlugin("console.log = (x) => { throw x }; export const onEvent = () => console.log('mine')");
  expect((await plugin.call("onEvent", [{}])).thrown).toBe("mine");
});
