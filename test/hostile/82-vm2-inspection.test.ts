import { describe, expect, test } from "vitest";

import { attack } from "./support/attack.ts";

/**
 * CVE-2023-32313 and CVE-2023-37903 (vm2): console.log of the host, and Node's custom inspection, ran functions of the guest with the host's
 * own objects. Here the guest makes the text of a line, and the host is given text.
 */
describe("What is logged is text before it leaves the guest.", () => {
  test.each([
    [
      "Node's custom inspection",
      "{ [Symbol.for('nodejs.util.inspect.custom')]: (...a) => { ran.push(...a); return 'x' } }",
    ],
    ["inspect", "{ inspect: (...a) => { ran.push(...a); return 'x' } }"],
    ["a toString", "{ toString: function () { ran.push(this === undefined, arguments.length); return 'made' } }"],
    ["a proxy", "new Proxy({}, { get: (t, k, r) => { ran.push(k); return t[k] } })"],
    ["a toJSON", "[{ toJSON: (...a) => { ran.push(...a); return 'x' } }]"],
    ["an error", "Object.assign(new Error('m'), { cause: globalThis, stack: { toString: () => 'x' } })"],
    ["escape sequences", "'\\u001b[2J\\u0007'"],
  ])("%s", async (_, value) => {
    const { plugin, result } = await attack(
      `globalThis.ran = []; console.log(${value}); return ran.map((x) => typeof x).filter((type) => type === "object" || type === "function")`,
    );
    expect([result.outcome.kind, result.json]).toEqual(["ok", "[]"]);
    expect(plugin.records.logs).toHaveLength(1);
    for (const [level, message] of plugin.records.logs) expect([level, typeof message]).toEqual(["log", "string"]);
  });
});
