import { describe, expect, test } from "vitest";

import { PluginLoadError } from "../../runtime/sandbox-options.ts";
import { loadPlugin } from "../runtime/support/load-plugin.ts";
import "./support/attack.ts";

async function loadEnd(script: string, limits: object = {}) {
  try {
    await loadPlugin(script, { raw: true, limits: { fuel: 5_000_000, ...limits } });
  } catch (error) {
    if (error instanceof PluginLoadError) return error.outcome;
    throw error;
  }
  throw new Error("the plugin was loaded");
}

describe("A script that crosses a limit while it is loaded ends typed, too.", () => {
  test.each([
    ["a loop", "for (;;);", "fuel", "fuel"],
    ["code without end", "for (;;) new Function('x'.repeat(1e4))", "fuel", "fuel"],
    ["recursion", "function f() { f() } f()", "stack", "stackBytes"],
    ["memory", "const a = []; for (;;) a.push(new ArrayBuffer(1e6))", "memory", "memoryBytes"],
    ["memory, in little pieces", "let a = []; for (;;) a = [a]", "memory", "memoryBytes"],
    ["capabilities", "for (;;) URL.canParse('x')", "limit", "calls"],
    ["the log", "for (;;) console.log('x')", "limit", "logLines"],
    [
      "an export that loops when it is looked for",
      "exports = new Proxy({}, { get() { for (;;); }, ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }) })",
      "fuel",
      "fuel",
    ],
    [
      "jobs that loop when they are listed",
      "exports.jobs = new Proxy({}, { ownKeys() { for (;;); } }); exports.onEvent = () => 1",
      "fuel",
      "fuel",
    ],
    ["a module that loops", "module = { get exports() { for (;;); } }", "fuel", "fuel"],
    ["metrics that loop", "exports.metrics = { get x() { for (;;); } }", "fuel", "fuel"],
  ])("%s", async (_, script, kind, limit) => {
    expect(await loadEnd(script, { calls: 50, logLines: 20, fuel: 100_000_000 })).toMatchObject({
      function: "",
      kind,
      limit,
    });
  });

  test.each([
    "throw 1",
    "throw new Error('x')",
    "throw null",
    "syntax error",
    "null.x",
    "exports = null; module = null",
    "import 'x'",
    "export const a = 1",
    "\u0000",
    "}",
    "await 1",
  ])("%s", async (script) => {
    expect((await loadEnd(script)).kind).toBe("threw");
  });
});
