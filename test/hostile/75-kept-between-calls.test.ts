import { describe, expect, test } from "vitest";

import { loadPlugin } from "../runtime/support/load-plugin.ts";
import "./support/attack.ts";

describe("Globals that a plugin tampers with in one call, it tampers with for itself: how later calls end is still told truly.", () => {
  test.each([
    "JSON.stringify = () => '\"forged\"'; JSON.parse = () => ({ forged: 1 })",
    "globalThis.JSON = globalThis.Promise = globalThis.Proxy = globalThis.Reflect = globalThis.Object = undefined",
    "Promise.prototype.then = function () { return this }; Promise.resolve = () => 1",
    "Reflect.get = Reflect.set = Reflect.ownKeys = Reflect.apply = () => 'forged'",
    "Object.keys = Object.entries = () => ['forged']; Object.hasOwn = () => true; Array.isArray = () => true",
    "Proxy.revocable = null; globalThis.WeakRef = function () {}; globalThis.Error = globalThis.InternalError = class {}",
    "String = () => 'forged'; Number = () => 7; globalThis.Uint8Array = Array",
    "Object.prototype.then = undefined; Object.prototype.name = Object.prototype.message = 'forged'",
    "Error.prototype.name = 'RetryError'; Error.prototype.message = 'forged'",
    "Object.defineProperty(Error, Symbol.hasInstance, { value: () => false })",
    "exports.processEvent = () => ({ forged: 1 }); module.exports = {}; globalThis.processEvent = () => null",
    "meta.cache = meta.storage = meta.jobs = null; meta.global = 1; delete meta.config",
    "globalThis.setTimeout = globalThis.console = globalThis.fetch = undefined",
    "globalThis.eval = globalThis.Function = undefined; Function.prototype.call = Function.prototype.apply = () => 'forged'",
  ])("%s", async (tamper) => {
    const plugin = await loadPlugin(
      `exports.processEvent = async function (event, meta) { if (event.tamper) { ${tamper} } else { if (event.fail) throw new TypeError('true'); event.seen = 1 } return event }`,
      { raw: true },
    );
    await plugin.call("processEvent", [{ tamper: 1 }]);
    const good = await plugin.call("processEvent", [{ n: 1, properties: { a: [1] } }]);
    expect([good.outcome.kind, good.json]).toEqual(["ok", '{"n":1,"properties":{"a":[1]},"seen":1}']);
    const bad = await plugin.call("processEvent", [{ fail: 1 }]);
    expect([bad.outcome.kind, bad.json]).toEqual(["threw", null]);
  });
});
