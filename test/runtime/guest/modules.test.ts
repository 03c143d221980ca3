import { describe, expect, test } from "vitest";

import sources from "../../../build/modules.json" with { type: "json" };
import { Sandbox } from "../../../runtime/sandbox.ts";
import { loadPlugin } from "../support/load-plugin.ts";

const LISTED = [
  "@posthog/plugin-contrib",
  "@posthog/plugin-scaffold",
  "assert",
  "buffer",
  "crypto",
  "events",
  "faker",
  "generic-pool",
  "jsonwebtoken",
  "maxmind",
  "mmdb-lib",
  "node-fetch",
  "path",
  "querystring",
  "stream",
  "string_decoder",
  "url",
  "util",
  "zlib",
];
const IN_LIBRARY = ["@posthog/plugin-scaffold", "buffer", "node-fetch"];

/** What a plugin's code answers with. */
const evaluate = async (code: string, options?: Parameters<typeof loadPlugin>[1]): Promise<unknown> =>
  (await loadPlugin(`export async function onEvent() { ${code} }`, options)).run("onEvent", {});

describe("the modules of a plugin", () => {
  test("are these", () => {
    expect([...Object.keys(sources), ...IN_LIBRARY].toSorted()).toEqual(LISTED);
  });

  test.each(LISTED)("%s is one object, its own default, with and without node:", async (name) => {
    const same = `const m = require("${name}"); return [m === require("${name}"), m === require("node:${name}"), m === m.default, Object.keys(m).length > 0]`;
    expect(await evaluate(same)).toEqual([true, true, true, true]);
  });

  test("are imported in all ways that PostHog had, and by those that it got wrong", async () => {
    const plugin = await loadPlugin(`
      import "events";
      import pathDefault, { join as joined } from "path";
      import * as pathNamespace from "path";
      import { default as aliased } from "path";
      export { basename } from "path";
      export async function onEvent() {
        const name = "pa" + "th";
        return [pathDefault, pathNamespace, aliased, await import("path"), require(name)].map((m) => m.join === joined).concat(typeof exports.basename);
      }
    `);
    expect(await plugin.run("onEvent", {})).toEqual([true, true, true, true, true, "function"]);
  });

  test("share what they are made of", async () => {
    const code = `
      const { Readable, PassThrough } = require("stream");
      const jwt = require("jsonwebtoken");
      return [new Readable() instanceof require("events"), require("buffer").Buffer === Buffer, require("url").URL === URL,
        require("maxmind").Reader === require("mmdb-lib").Reader, require("crypto").webcrypto === crypto, new PassThrough() instanceof require("stream")]`;
    expect(await evaluate(code)).toEqual([true, true, true, true, true, true]);
  });

  test.each([
    [
      "kea",
      "Cannot import 'kea'! This package is not provided by PostHog in plugins. Install it with npm in",
      "hoglet build",
    ],
    ["fs", "Cannot import 'fs'! This package is not provided by PostHog in plugins.", "meta.storage"],
    ["node:net", "Cannot import 'node:net'! This package is not provided by PostHog in plugins.", "fetch"],
    ["./lib", "Cannot import './lib'! This package", "no such file"],
    ["pg", "Cannot import 'pg'! This package", "PostgREST"],
    ["@google-cloud/bigquery", "Cannot import '@google-cloud/bigquery'! This package", "insertAll"],
    ["aws-sdk", "Cannot import 'aws-sdk'! This package", "Signature Version 4"],
    ["@aws-sdk/client-s3", "Cannot import '@aws-sdk/client-s3'! This package", "S3 by its REST API"],
    ["snowflake-sdk", "Cannot import 'snowflake-sdk'! This package", "SQL REST API"],
    ["ethers", "Cannot import 'ethers'! This package", "JSON-RPC"],
    ["pgx", "Cannot import 'pgx'! This package", "hoglet build"],
    ["__proto__", "Cannot import '__proto__'! This package", "hoglet build"],
    ["constructor", "Cannot import 'constructor'! This package", "hoglet build"],
    ["primordials.ts", "Cannot import 'primordials.ts'! This package", "hoglet build"],
  ])("%s is not among them, and the error says what to do", async (name, start, advice) => {
    const message = String(
      await evaluate(`const name = "${name}"; try { require(name) } catch (e) { return String(e) }`),
    );
    expect(message.startsWith(`Error: ${start}`)).toBe(true);
    expect(message).toContain(advice);
  });

  test("a name that is no text is the text that JavaScript makes of it, cut where it is endless", async () => {
    const say = (value: string) => evaluate(`try { require(${value}) } catch (e) { return e.message }`);
    expect(await say("undefined")).toContain("Cannot import 'undefined'!");
    expect(await say("{}")).toContain("Cannot import '[object Object]'!");
    expect(String(await say("'x'.repeat(1e6)")).length).toBeLessThan(500);
    expect(await say("{ toString() { throw new Error('mine') } }")).toBe("mine");
  });
});

describe("a module's code", () => {
  const fuelOf = async (code: string): Promise<number> => {
    const plugin = await loadPlugin(`export function onEvent() { ${code} }`);
    return (await plugin.call("onEvent", [{}])).outcome.fuel;
  };

  test("is run when it is first required, and costs those alone who require it", async () => {
    const plugin = await loadPlugin("export function onEvent() { return typeof require('faker') }");
    const idle = plugin.sandbox.memoryBytes;
    expect(await plugin.run("onEvent", {})).toBe("object");
    expect(plugin.sandbox.memoryBytes).toBeGreaterThan(idle + 1_000_000);
    expect(await fuelOf("require('faker')")).toBeGreaterThan(100 * (await fuelOf("require('buffer')")));
    const again = await plugin.call("onEvent", [{}]);
    expect(again.outcome.fuel).toBeLessThan(10_000);
  });

  test("leaves a sandbox that can be restored, with the modules that it has and with more", async () => {
    const plugin = await loadPlugin(`
      const { createHash } = require("crypto");
      const zlib = require("zlib");
      const faker = require("faker");
      const packed = zlib.gzipSync("text");
      const key = createHash("sha256").update("k").digest("hex");
      export const onEvent = () => [key.slice(0, 8), zlib.gunzipSync(packed).toString(), require("path").basename("/a/b"), createHash("md5").update("x").digest("hex").slice(0, 4), typeof faker.name.firstName()];
    `);
    const snapshot = plugin.sandbox.snapshot();
    if (!snapshot) throw new Error("there is no snapshot");
    const restored = Sandbox.restore(plugin.options, snapshot);
    const { json } = await restored.call({ function: "onEvent", args: ["{}"], randomKey: () => new Uint8Array(32) });
    expect(JSON.parse(json ?? "")).toEqual(["8254c329", "text", "b", "9dd4", "string"]);
  });

  test.each([
    ["draws random bytes", "require('crypto').randomBytes(4)"],
    ["draws a UUID", "crypto.randomUUID()"],
    ["signs, which may be random", "try { require('crypto').sign('sha256', 'x', 'no key') } catch {}"],
  ])("a plugin that %s as it is loaded is set up anew", async (_, code) => {
    const plugin = await loadPlugin(`${code}; export const onEvent = () => 1`);
    expect(plugin.sandbox.snapshot()).toBeUndefined();
  });

  test("runs whatever a plugin did to eval and Function", async () => {
    const code = `
      globalThis.eval = () => { throw new Error("mine") };
      globalThis.Function = class {};
      Function.prototype.call = Function.prototype.apply = () => { throw new Error("mine") };
      return require("path").join("a", "b")`;
    expect(await evaluate(code)).toBe("a/b");
  });

  test("hands a plugin that replaced builtins nothing of the library", async () => {
    const code = `
      const seen = [];
      const look = (value) => {
        if ((typeof value === "object" || typeof value === "function") && value !== null) seen.push(...Reflect.ownKeys(value));
      };
      const { defineProperty } = Object;
      const trap = (...args) => { seen.push("called"); args.forEach(look); return {} };
      Object.defineProperty = (target, key, descriptor) => {
        look(target);
        look(descriptor);
        // What the module exports becomes an object of the plugin's.
        return { __proto__: defineProperty(target, key, descriptor), get default() { return trap } };
      };
      defineProperty(Object.prototype, "library", { set: look });
      defineProperty(Object.prototype, "default", { set: look, get: () => trap });
      for (const name of ["crypto", "zlib", "url", "@posthog/plugin-contrib"]) try { require(name) } catch {}
      return [seen.length > 0, seen.filter((key) => ["bind", "buffers", "called", "digest", "compress", "random"].includes(key))];`;
    expect(await evaluate(code)).toEqual([true, []]);
  });
});
