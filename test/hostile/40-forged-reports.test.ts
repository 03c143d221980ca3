import { describe, expect, test } from "vitest";

import { DEFAULT_LIMITS } from "../../runtime/limits.ts";
import { PluginCall } from "../../runtime/plugin-call.ts";
import type { PluginCallDeps } from "../../runtime/plugin-call.ts";
import { OUTCOME_KINDS } from "../../wit/generated/contract.ts";
import { attack } from "./support/attack.ts";

const JSONS = ["{bad", "[1,2", "{", '{"a":1}x', "{'a':1}", '{"__proto__":{"polluted":1}}', "{\\\\u0000"];

describe("A report is believed only as far as it is well-formed: nothing that a plugin forges is an exception of the host.", () => {
  test.each(JSONS)("a returned value of %s", async (json) => {
    const text = JSON.stringify(`"returned",["object",true,${JSON.stringify(json)},null]`);
    const { plugin, result } = await attack(`Array.prototype.join = () => ${text}; throw 1`, {
      function: "processEvent",
    });
    if (result.json === null)
      expect(result.outcome).toMatchObject({
        kind: "threw",
        message: expect.stringContaining("report: expected JSON"),
      });
    else expect(() => JSON.parse(result.json ?? "")).not.toThrow();
    expect(plugin.sandbox.lost).toBe(result.json === null);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test.each(["[1", "[{]", '[{"uuid":1}]', "[null,1,[]]"])("results of a batch: %s", async (json) => {
    const text = JSON.stringify(`"returned",["array",true,${JSON.stringify(json)},null]`);
    const { result } = await attack(`Array.prototype.join = () => ${text}; throw 1`, {
      function: "processEventBatch",
      event: [{ uuid: "1" }],
    });
    expect(["ok", "threw"]).toContain(result.outcome.kind);
  });

  test.each([
    "",
    "1",
    '"threw",["RetryError","forged",""]',
    '"threw",[1,2,3]',
    '"returned",[[]]',
    '"other",1',
    "[".repeat(1e4),
    '"returned",["object",true,null,"x"]',
  ])("a report of %s", async (text) => {
    const { result } = await attack(`Array.prototype.join = () => ${JSON.stringify(text)}; throw 1`, {
      function: "processEvent",
    });
    expect(OUTCOME_KINDS).toContain(result.outcome.kind);
    expect(result.outcome.kind).not.toBe("ok");
    expect(result.json).toBeNull();
  });

  test.each(["map", "find", "push", "join", "filter", "slice", "some", "includes"])(
    "whatever Array.prototype.%s does",
    async (name) => {
      for (const value of [
        "undefined",
        "null",
        "[]",
        "[[]]",
        "'x'",
        "this",
        "{}",
        "-1",
        "(() => { throw 1 })()",
        "new Proxy({}, {})",
        "[,]",
      ]) {
        const { result } = await attack(`Array.prototype.${name} = function () { return ${value} }; return { a: 1 }`, {
          function: "processEvent",
        });
        expect(OUTCOME_KINDS).toContain(result.outcome.kind);
        if (result.json !== null) expect(() => JSON.parse(result.json ?? "")).not.toThrow();
      }
    },
  );

  test("not even by a guest that is broken to the core", async () => {
    const val = { type: "object", truthy: true, json: "{bad" };
    const engine = { fuel: 0, isShortOfMemory: false, allowFuel() {}, run() {}, pump() {}, takeUnhandled: () => [] };
    const boundary = { begin() {}, isQuiet: true, pending: 0, report: { tag: "returned", val } };
    const call = new PluginCall({ function: "onEvent", args: [], randomKey: () => new Uint8Array(32) }, {
      engine,
      boundary,
      guest: {},
      current: { begin() {} },
      viewOrCopy: {},
      limits: DEFAULT_LIMITS,
      onIdle: undefined,
      isLost: () => false,
    } as unknown as PluginCallDeps);
    const { outcome, json } = await call.run();
    expect([outcome.kind, outcome.message, json]).toEqual([
      "threw",
      expect.stringContaining("report: expected JSON"),
      null,
    ]);
  });
});
