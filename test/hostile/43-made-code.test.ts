import { describe, expect, test } from "vitest";

import { survived } from "./support/attack.ts";

describe("Code that is made at run time sees the guest's globals, and no other scope.", () => {
  test.each([
    ["Function", "return new Function('return this')() === globalThis"],
    ["an indirect eval", "return (0, eval)('this') === globalThis"],
    ["GeneratorFunction", "return (function* () {}).constructor('yield this')().next().value === globalThis"],
    ["AsyncFunction", "return (await (async () => {}).constructor('return this')()) === globalThis"],
    [
      "AsyncGeneratorFunction",
      "return (await (async function* () {}).constructor('yield this')().next()).value === globalThis",
    ],
    [
      "a string as a timer's callback",
      "try { setTimeout('globalThis.ran = 1', 0) } catch (e) { return e.name === 'TypeError' && typeof ran === 'undefined' }",
    ],
  ])("%s", async (_, body) => {
    expect(await survived(body)).toBe(true);
  });

  test("names of the host, of Node and of the guest library's own scope do not exist", async () => {
    const names = [
      "Deno",
      "Bun",
      "WebAssembly",
      "caches",
      "navigator",
      "self",
      "window",
      "importScripts",
      "Worker",
      "Atomics",
      "std",
      "os",
      "print",
      "host",
      "callHost",
      "readView",
      "guest",
      "boot",
      "bridge",
      "__filename",
      "gc",
    ];
    expect(
      await survived(`return ${JSON.stringify(names)}.filter((name) => (0, eval)('typeof ' + name) !== 'undefined')`),
    ).toEqual([]);
  });

  test("there are no modules to import", async () => {
    const body = `
      const failed = [];
      for (const name of ["std", "os", "qjs:std", "node:fs", "./index.js", "hoglet:guest", "data:text/javascript,1"])
        await import(name).catch((error) => failed.push(error.name));
      for (const name of ["fs", "child_process", "vm", "../index", "__proto__", "constructor", "toString"])
        try { require(name) } catch (error) { failed.push(error.message.includes("not provided")) }
      return failed`;
    expect(await survived(body)).toEqual([...Array(7).fill("ReferenceError"), ...Array(7).fill(true)]);
  });
});
