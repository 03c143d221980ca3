import fc from "fast-check";
import { expect, test } from "vitest";

import { PluginLoadError } from "../../runtime/sandbox-options.ts";
import { OUTCOME_KINDS } from "../../wit/generated/contract.ts";
import { loadPlugin } from "../runtime/support/load-plugin.ts";
import { response } from "../runtime/support/records.ts";
import "./support/attack.ts";

const OWNERS = [
  "Object",
  "Object.prototype",
  "Array",
  "Array.prototype",
  "Function.prototype",
  "String.prototype",
  "Number.prototype",
  "Promise",
  "Promise.prototype",
  "RegExp.prototype",
  "Map.prototype",
  "WeakRef.prototype",
  "ArrayBuffer.prototype",
  "Object.getPrototypeOf(Uint8Array.prototype)",
  "Error.prototype",
  "JSON",
  "Math",
  "Reflect",
  "globalThis",
  "Object.getPrototypeOf([][Symbol.iterator]())",
  "Buffer.prototype",
  "Headers.prototype",
  "Response.prototype",
];
const EXTRA = [
  "0",
  "1",
  "length",
  "then",
  "toJSON",
  "get",
  "set",
  "value",
  "writable",
  "name",
  "message",
  "stack",
  "json",
  "tag",
  "val",
  "ok",
  "error",
  "type",
  "truthy",
  "unserialisable",
];
const VALUES = [
  "undefined",
  "null",
  "-1",
  "NaN",
  "'{'",
  "[]",
  "{}",
  "1n",
  "Symbol()",
  "function () { return this }",
  "function () { throw this }",
  "() => { throw null }",
  "() => '{bad'",
  "() => [[0, ['a'], {}]]",
  "new Proxy(function () {}, {})",
  "new Proxy({}, { get: () => 5, ownKeys: () => ['a'] })",
  "(...a) => a",
  '() => \'"returned",["object",true,"{x",null]\'',
  "() => '\"threw\",[1,2,3]'",
  "() => 2 ** 53",
  "globalThis",
  "() => Promise.reject(1)",
  "() => { for (;;); }",
  "() => new Array(1e5)",
  "() => '['.repeat(1e4)",
  "function f() { f() }",
];
const USES = [
  "event.x = 1; event.properties.a = [1]; return event",
  "await meta.cache.set('k', event); return event",
  "console.log(event); return { ...event }",
  "await meta.cache.lpush('k', ['a']); await meta.cache.lrange('k', 0, -1); return event",
  "const r = await fetch('https://x.com', { method: 'POST', body: new Uint8Array([1]) }); event.t = await r.text(); return event",
  "setTimeout(() => { event.late = 1 }, 0); return event",
  "Promise.reject(new Error('x')); delete event.event; return event",
  "throw new Error('x')",
  "const u = new URL('https://x.com/?a=b'); u.searchParams.set('c', 'd'); event.u = String(u); return event",
  "Object.freeze(event); return event",
  "globalThis.kept = event; return event",
  "return globalThis.kept ?? event",
  "await posthog.capture('e', event); event.r = Math.random(); return event",
  "await meta.jobs.x({}).runIn(1, 'hours'); return event",
];

const tampering = fc
  .record({
    owner: fc.constantFrom(...OWNERS),
    key: fc.oneof(
      fc.constantFrom(...EXTRA).map((key) => JSON.stringify(key)),
      fc.nat(999).map((n) => `keys[${n} % keys.length]`),
    ),
    value: fc.constantFrom(...VALUES),
    isAccessor: fc.boolean(),
  })
  .map(({ owner, key, value, isAccessor }) => {
    const change = isAccessor
      ? `Object.defineProperty(owner, key, { configurable: true, get() { return (${value}) }, set() {} })`
      : `owner[key] = (${value})`;
    return `try { const owner = ${owner}, keys = Reflect.ownKeys(owner), key = ${key}; if (key !== "exports" && key !== "module") ${change} } catch {}`;
  });

test(
  "Whatever a plugin makes of its builtins, its calls end typed: the host never throws.",
  { timeout: 60_000 },
  async () => {
    const kinds = new Set<string>();
    const property = fc.asyncProperty(
      fc.array(tampering, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...USES),
      fc.boolean(),
      async (tamper, use, isEarly) => {
        const [early, late] = isEarly ? [tamper.join("\n"), ""] : ["", tamper.join("\n")];
        try {
          const plugin = await loadPlugin(
            `${early}\nexports.processEvent = async function (event, meta) { ${late}\n${use} }`,
            { raw: true, limits: { fuel: 3_000_000, wallMs: 500 } },
          );
          plugin.records.respond = () => response(200, "b");
          for (let i = 0; i < 2 && !plugin.sandbox.lost; i++) {
            const { outcome, json } = await plugin.call("processEvent", [{ event: "e", properties: { a: 1 } }]);
            kinds.add(outcome.kind);
            expect(OUTCOME_KINDS).toContain(outcome.kind);
            expect(outcome.message ?? "").not.toContain("the sandbox stopped");
            if (json !== null) expect(JSON.parse(json)).toBeTypeOf("object");
          }
        } catch (error) {
          if (!(error instanceof PluginLoadError)) throw error;
        }
      },
    );
    await fc.assert(property, { numRuns: 400, seed: 20_251_129 });
    expect([...kinds]).toEqual(expect.arrayContaining(["ok", "threw", "fuel"]));
  },
);
