import { describe, expect, test } from "vitest";

import { loadPlugin } from "../runtime/support/load-plugin.ts";
import { survived } from "./support/attack.ts";

const EVENT =
  '{"event":"e","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}},"prototype":3,"toString":4,"hasOwnProperty":5,"properties":{"__proto__":{"polluted":6},"then":7,"toJSON":8,"length":9}}';

describe("Names of prototypes are keys like any other, in events, results, configs and attachments.", () => {
  test.each([true, false])("an event that is handed over (as a copy: %s)", async (isCopy) => {
    const plugin = await loadPlugin(
      `exports.processEvent = (event) => {
         if ({}.polluted || event.polluted || event.properties.polluted) return null;
         if (Object.getPrototypeOf(event) !== Object.prototype) return null;
         event.__proto__ === undefined; event.read = [event.constructor.prototype.polluted, event.properties.then, Object.keys(event).join()];
         event.properties.added = 1;
         return event;
       }`,
      { raw: true },
    );
    const { outcome, json } = await plugin.call("processEvent", [JSON.parse(EVENT)], new Uint8Array(32), isCopy);
    const read = [2, 7, "event,__proto__,constructor,prototype,toString,hasOwnProperty,properties"];
    const expected = JSON.parse(EVENT) as { properties: object };
    Object.assign(expected, { read });
    Object.assign(expected.properties, { added: 1 });
    expect([outcome.kind, JSON.parse(json ?? "")]).toEqual(["ok", expected]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test.each([
    "Object.defineProperty(event, '__proto__', { value: { polluted: 1 }, enumerable: true, writable: true, configurable: true }); return event",
    'return JSON.parse(\'{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}\')',
    "event.properties['__proto__'] = { polluted: 1 }; return event",
    "delete event.__proto__; delete Object.prototype.__proto__; event['__proto__'] = { polluted: 1 }; return event",
    "event['constructor'] = { prototype: { polluted: 1 } }; event['prototype'] = 1; return event",
  ])("a result: %s", async (body) => {
    const plugin = await loadPlugin(`exports.processEvent = (event) => { ${body} }`, { raw: true });
    const { outcome, json } = await plugin.call("processEvent", [{ event: "e", properties: {} }]);
    expect(outcome.kind).toBe("ok");
    const host = JSON.parse(json ?? "{}") as { polluted?: unknown };
    expect([host.polluted, ({} as { polluted?: unknown }).polluted, Object.getPrototypeOf(host)]).toEqual([
      undefined,
      undefined,
      Object.prototype,
    ]);
  });

  test("config and attachments", async () => {
    const config = JSON.parse('{"__proto__":{"polluted":1},"constructor":2,"a":3}') as object;
    const attachments = ["__proto__", "constructor", "toString"].map((key) => ({
      key,
      contentType: "text/plain",
      fileName: "__proto__",
      contents: new Uint8Array([65]),
    }));
    const body = `
      const own = (o) => Object.keys(o).join();
      return [own(meta.config), own(meta.attachments), meta.attachments.constructor.contents.toString(), {}.polluted ?? "clean", Object.getPrototypeOf(meta.attachments) === Object.prototype]`;
    expect(await survived(body, { config, attachments })).toEqual([
      "__proto__,constructor,a",
      "__proto__,constructor,toString",
      "A",
      "clean",
      true,
    ]);
  });

  test("jobs, metrics and keys of the capabilities", async () => {
    const body = `
      await meta.jobs.__proto__({ a: 1 }).runNow(); await meta.jobs.constructor().runNow();
      await meta.storage.set("__proto__", 1); await meta.cache.set("constructor", 2);
      return [await meta.storage.get("__proto__"), await meta.cache.get("constructor"), await meta.storage.get("toString", "none")]`;
    expect(await survived(body)).toEqual([1, 2, "none"]);
  });
});
