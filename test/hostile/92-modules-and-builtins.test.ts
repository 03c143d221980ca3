import { describe, expect, test } from "vitest";

import { survived } from "./support/attack.ts";

/** What of the guest library modules are handed, and what the host's interfaces have. */
const SECRETS = ["bind", "buffers", "digest", "hmac", "readKey", "compress", "decompress"];
const MODULES = ["crypto", "zlib", "url", "util", "@posthog/plugin-contrib"];

describe("A module that is run after builtins were replaced hands the plugin nothing of the library.", () => {
  const LOOK = `
    const seen = new Set();
    const { ownKeys, defineProperty } = Reflect;
    const look = (value) => {
      if ((typeof value === "object" || typeof value === "function") && value !== null)
        for (let keys = ownKeys(value), i = 0; i < keys.length; i++) seen.add(keys[i]);
    };`;
  const REQUIRE = `
    let failed = 0;
    for (const name of ${JSON.stringify(MODULES)}) try { require(name) } catch { failed++ }
    const secrets = ${JSON.stringify(SECRETS)}.filter((name) => seen.has(name));`;

  test("Object.defineProperty, which exports go through", async () => {
    const body = `${LOOK}
      const trap = (...args) => { seen.add("bind"); return {} };
      Object.defineProperty = (target, key, descriptor) => {
        look(target); look(descriptor);
        return { get default() { return trap } };
      };
      ${REQUIRE} return [seen.size > 0, secrets]`;
    expect(await survived(body)).toEqual([true, []]);
  });

  test("setters and getters on Object.prototype", async () => {
    const body = `${LOOK}
      for (const name of ["default", "library", "exports", "bind", "host"])
        defineProperty(Object.prototype, name, { configurable: true, set: look, get: () => (...args) => { args.forEach(look) } });
      ${REQUIRE}
      for (const name of ["default", "library", "exports", "bind", "host"]) delete Object.prototype[name];
      return secrets`;
    expect(await survived(body)).toEqual([]);
  });

  test("methods of lists and functions", async () => {
    const body = `${LOOK}
      const kept = [];
      for (const [prototype, names] of [[Array.prototype, ["map", "flatMap", "forEach", "includes", "push", Symbol.iterator]], [Function.prototype, ["call", "apply", "bind"]]])
        for (const name of names) {
          const original = prototype[name];
          kept.push(() => { prototype[name] = original });
          prototype[name] = function (...args) { look(this); for (let i = 0; i < args.length; i++) look(args[i]); return Reflect.apply(original, this, args) };
        }
      ${REQUIRE.replace("const secrets", "for (let i = 0; i < kept.length; i++) kept[i](); const secrets")}
      return secrets`;
    expect(await survived(body)).toEqual([]);
  });
});

describe("Modules of one sandbox are not those of another.", () => {
  test("whatever a plugin does to them", async () => {
    const spoil = "for (const key of Object.keys(require('path'))) require('path')[key] = null; return 1";
    expect(await survived(spoil)).toBe(1);
    expect(await survived("return require('path').join('a', 'b')")).toBe("a/b");
  });

  test("a file of the library is no module", async () => {
    const body = `
      return ["primordials.ts", "globals/errors.ts", "./primordials.ts", "library", "__proto__", "constructor"].map((name) => { try { return typeof require(name) } catch (e) { return e.message.slice(0, 13) } })`;
    expect(await survived(body)).toEqual(Array(6).fill("Cannot import"));
  });
});
