import { describe, expect, test } from "vitest";

import { OUTCOME_KINDS } from "../../wit/generated/contract.ts";
import { attack } from "./support/attack.ts";

const JSONS = ["{bad", "[1,2", "{", '{"a":1}x', "{'a':1}", '{"__proto__":{"polluted":1}}', "{\\\\u0000"];

describe("A report is believed only as far as it is well-formed: nothing that a plugin forges is an exception of the host.", () => {
  test.each(JSONS)("a returned value of %s", async (json) => {
    const text = JSON.stringify(`"returned",["object",true,${JSON.stringify(json)},null]`);
    const { plugin, result } = await attack(`Array.prototype.join = () => ${text}; return {}`, {
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
    const { result } = await attack(`Array.prototype.join = () => ${text}; return []`, {
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
    const { result } = await attack(`Array.prototype.join = () => ${JSON.stringify(text)}; return {}`, {
      function: "processEvent",
    });
    expect(OUTCOME_KINDS).toContain(result.outcome.kind);
    expect(result.outcome.kind).not.toBe("ok");
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
});
