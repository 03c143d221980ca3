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
  ["const a = {}; a.a = a; console.log('before', a)", /^before \[unprintable: circular reference\]$/],
  ["console.log(Object.create(null))", /^\[unprintable: .+\]$/],
  ["console.log({ toString() { throw new Error('no') } })", /^\[unprintable: no\]$/],
  ["console.log({ toString() { throw 5 } })", /^\[unprintable: object\]$/],
  ["console.log([1n])", /^\[unprintable: .+\]$/],
])("%s leaves a message that says why it is none", async (call, message) => {
  expect(await logOf(call)).toEqual([["log", expect.stringMatching(message)]]);
});

test("there are five methods and no more", async () => {
  const plugin = await loadPlugin("export const onEvent = () => Object.keys(console)");
  expect(await plugin.run("onEvent", {})).toEqual(["debug", "log", "info", "warn", "error"]);
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
