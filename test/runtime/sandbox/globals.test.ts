import { describe, expect, test } from "vitest";

import { CAPABILITY_NAMES } from "../../../wit/generated/contract.ts";
import { bootEngine } from "../support/boot-engine.ts";
import { loadPlugin } from "../support/load-plugin.ts";
import { SYNTAX, WALK } from "../support/walk.ts";

describe("the globals of a plugin", () => {
  test("are QuickJS's own and these, by name", async () => {
    const bare = await bootEngine();
    const names = "JSON.stringify(Object.getOwnPropertyNames(globalThis))";
    const builtin = JSON.parse(String(bare.read(bare.evaluate(names, "a.js")))) as string[];
    const plugin = await loadPlugin(`function onEvent() { return ${names} }`, { raw: true });
    const own = JSON.parse(String(await plugin.run("onEvent", {}))) as string[];
    expect(own.filter((name) => !builtin.includes(name) && name !== "onEvent").toSorted()).toEqual([
      "AbortController",
      "AbortSignal",
      "Blob",
      "Buffer",
      "DOMException",
      "DropEvent",
      "Event",
      "EventTarget",
      "File",
      "FormData",
      "GLOBAL",
      "Headers",
      "Intl",
      "Request",
      "Response",
      "RetryError",
      "TextDecoder",
      "TextEncoder",
      "URL",
      "URLSearchParams",
      "atob",
      "btoa",
      "clearImmediate",
      "clearInterval",
      "clearTimeout",
      "console",
      "crypto",
      "exports",
      "fetch",
      "global",
      "module",
      "performance",
      "posthog",
      "process",
      "queueMicrotask",
      "require",
      "root",
      "setImmediate",
      "setInterval",
      "setTimeout",
      "structuredClone",
    ]);
    expect(builtin.filter((name) => name !== "host" && !own.includes(name))).toEqual([]);
  });

  test("are like builtins: writable, and not enumerable", async () => {
    const plugin = await loadPlugin(
      `
        var fetch = 1;
        function onEvent() { console = 2; return [fetch, console, Object.keys(globalThis), global === globalThis, GLOBAL === global, root === global] }
      `,
      { raw: true },
    );
    expect(await plugin.run("onEvent", {})).toEqual([1, 2, ["onEvent"], true, true, true]);
  });

  test("that are classes have the names that plugins know", async () => {
    const plugin = await loadPlugin(`
      const classes = Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z]/.test(name) && typeof globalThis[name] === "function");
      export const onEvent = () => [classes.includes("RetryError"), classes.filter((name) => globalThis[name].name !== name)];
    `);
    expect(await plugin.run("onEvent", {})).toEqual([true, []]);
  });

  test("can be declared anew by the plugin's script", async () => {
    const plugin = await loadPlugin(
      "const fetch = 1; let console = 2; class URL {}; function onEvent() { return [fetch, console, new URL() instanceof URL] }",
    );
    expect(await plugin.run("onEvent", {})).toEqual([1, 2, true]);
  });

  test.each([
    "navigator",
    "ReadableStream",
    "Deno",
    "WebAssembly",
    "importScripts",
    "postMessage",
    "std",
    "os",
    "bjson",
    "caches",
    "WorkerGlobalScope",
  ])("do not include %s", async (name) => {
    expect(await (await loadPlugin(`export const onEvent = () => typeof ${name}`)).run("onEvent", {})).toBe(
      "undefined",
    );
  });
});

describe("the host's function", () => {
  test.each([
    ["with every capability", CAPABILITY_NAMES],
    ["with none", []],
  ])("%s is not among what a plugin can reach", async (_, granted) => {
    const bare = await bootEngine();
    const script = `delete globalThis.host; (function () { return JSON.stringify(${WALK}(${SYNTAX}, arguments)) })()`;
    const [builtin] = JSON.parse(String(bare.read(bare.evaluate(script, "a.js")))) as [string[], number];
    expect(builtin).toContain("defineProperty/3");

    const plugin = await loadPlugin(
      `
        exports.jobs = {};
        exports.metrics = { m: "sum" };
        exports.onEvent = function (event, meta) {
          const url = (() => { try { return new URL("https://x.com") } catch {} })();
          const promise = (() => { try { return fetch("https://x.com") } catch {} })();
          promise?.catch(() => {});
          const error = (() => { try { null.x } catch (e) { return e } })();
          return ${WALK}(${SYNTAX}, arguments, arguments.callee.caller, require("node-fetch"), require("maxmind"),
            url, promise, error, meta.jobs.x(), new Headers(), new Response("x"));
        };
      `,
      { raw: true, granted },
    );
    const [natives, size] = (await plugin.run("onEvent", {})) as [string[], number];
    expect(size).toBeGreaterThan(builtin.length);
    for (const known of builtin) if (natives.includes(known)) natives.splice(natives.indexOf(known), 1);
    expect(natives).toEqual([]);
  });

  test("nor is it told by errors that are thrown through it", async () => {
    const plugin = await loadPlugin(`
      export async function onEvent(event, { cache }) {
        const traps = [];
        for (const use of [() => new URL("no url"), () => cache.expire("k", "x"), () => console.log({ toString() { throw new Error("x") } })])
          try { await use() } catch (e) { traps.push(Reflect.ownKeys(e).map(String).sort().join()) }
        return traps;
      }
    `);
    expect(await plugin.run("onEvent", {})).toEqual(["message,stack", "message,stack"]);
  });
});
