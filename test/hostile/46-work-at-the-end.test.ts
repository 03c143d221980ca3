import { describe, expect, test } from "vitest";

import { loadPlugin } from "../runtime/support/load-plugin.ts";
import { attack } from "./support/attack.ts";

const LATE =
  "meta.cache.get('k').then(() => { globalThis.late = event.tag; console.log('late ' + event.tag) }); setTimeout(() => { globalThis.timer = event.tag }, 1);";

/** Each begins something when its call is all but over. */
const ENDS = {
  "a toJSON of the result": `return { toJSON() { ${LATE} return 1 } }`,
  "a getter of the result": `return { get x() { ${LATE} return 1 } }`,
  "a trap of the result": `return new Proxy({}, { ownKeys() { ${LATE} return [] } })`,
  "a toJSON of a part of the event": `event.x = { toJSON() { ${LATE} return 1 } }; return event`,
  "the message of what is thrown": `throw Object.defineProperty(new Error(), "message", { get() { ${LATE} return "m" } })`,
  "the message of an error that nobody handles": `Promise.reject(Object.defineProperty(new Error(), "message", { get() { ${LATE} return "m" } })); return 1`,
  "a toJSON of a rejection": `Promise.reject({ toJSON() { ${LATE} return 1 } }); return 1`,
};

describe("Nothing that a call begins, however late, is left to the next one.", () => {
  test.each(Object.entries(ENDS))("%s", async (_, body) => {
    const plugin = await loadPlugin(
      `exports.onEvent = function (event, meta) { if (!event.tag) return [globalThis.late, globalThis.timer]; ${body} }`,
      { raw: true },
    );
    await plugin.call("onEvent", [{ tag: "one" }]);
    expect(plugin.records.logs).toEqual([["log", "late one"]]);
    expect(await plugin.run("onEvent", {})).toEqual(["one", "one"]);
    expect(plugin.records.logs).toHaveLength(1);
  });

  test.each(Object.entries(ENDS))("and what it costs is its own: %s", async (_, body) => {
    const { plugin, result } = await attack(body.replaceAll(LATE, "for (;;);"));
    expect(result.outcome).toMatchObject({ function: "onEvent", kind: "fuel", limit: "fuel" });
    expect(plugin.sandbox.lost).toBe(true);
  });
});
