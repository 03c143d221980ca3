import * as scaffold from "@posthog/plugin-scaffold";
import { describe, expect, test } from "vitest";

import { PluginLoadError } from "../../../runtime/sandbox-options.ts";
import { loadPlugin } from "../support/load-plugin.ts";

const EVENT = { event: "test event", properties: {} };

/** Loads a plugin whose processEvent must be found and must be the one that names itself so. */
async function processorOf(source: string): Promise<unknown> {
  const plugin = await loadPlugin(source);
  expect(plugin.sandbox.discovery.handlers).toContain("processEvent");
  return ((await plugin.run("processEvent", EVENT)) as { event: unknown }).event;
}

async function handlersOf(source: string): Promise<string[]> {
  return (await loadPlugin(source)).sandbox.discovery.handlers;
}

const named = (name: string) => `(event) => { event.event = "${name}"; return event }`;

test("an empty plugin loads, and has nothing", async () => {
  const { discovery } = (await loadPlugin("")).sandbox;
  expect(discovery).toEqual({ handlers: [], tasks: [], jobs: [], metrics: [], warnings: [] });
});

describe("a function is found", () => {
  test.each([
    ["as a global function", `function processEvent(event) { event.event = "found"; return event }`],
    ["as a global async function", `async function processEvent(event) { event.event = "found"; return event }`],
    ["as a global var", `var processEvent = ${named("found")}`],
    ["as an undeclared global", `processEvent = ${named("found")}`],
    ["on an assigned module.exports", `module.exports = { processEvent: ${named("found")} }`],
    ["as a property of module.exports", `module.exports.processEvent = ${named("found")}`],
    ["on an assigned exports", `exports = { processEvent: ${named("found")} }`],
    ["as a property of exports", `exports.processEvent = ${named("found")}`],
    ["as a named export", `export const processEvent = ${named("found")}`],
    ["as an exported function", `export function processEvent(event) { event.event = "found"; return event }`],
    ["in a list of exports", `const f = ${named("found")}; export { f as processEvent }`],
    ["on an exported default object", `const processEvent = ${named("found")}; export default { processEvent }`],
    [
      "on an exported default instance",
      `class P { processEvent(event) { event.event = "found"; return event } } export default new P()`,
    ],
    [
      "on an instance in module.exports",
      `class P { processEvent(event) { event.event = "found"; return event } } module.exports = new P()`,
    ],
    [
      "on module.exports beside an import",
      `import { RetryError } from "@posthog/plugin-scaffold"; const plugin = { processEvent: ${named("found")}, e: RetryError }; module.exports = plugin`,
    ],
    [
      "behind a getter",
      `Object.defineProperty(exports, "processEvent", { enumerable: true, get: () => ${named("found")} })`,
    ],
    [
      "in typed source",
      `import type { PluginEvent } from "@posthog/plugin-scaffold"; export function processEvent(event: PluginEvent): PluginEvent { return { ...event, event: "found" as string } }`,
    ],
  ])("%s", async (_, source) => {
    expect(await processorOf(source)).toBe("found");
  });
});

describe("where a function is looked for", () => {
  test("exports and module.exports are two objects, and both are searched", async () => {
    const plugin = await loadPlugin(`
      exports.onEvent = () => (exports === module.exports);
      module.exports.processEvent = ${named("module")};
    `);
    expect(plugin.sandbox.discovery.handlers.toSorted()).toEqual(["onEvent", "processEvent"]);
    expect(await plugin.run("onEvent", EVENT)).toBe(false);
  });

  test("exports come first, then the default export, then module.exports", async () => {
    expect(
      await processorOf(`
        module.exports.processEvent = ${named("module")};
        exports.default = { processEvent: ${named("default")} };
        exports.processEvent = ${named("exports")};
      `),
    ).toBe("exports");
    expect(
      await processorOf(`
        module.exports.processEvent = ${named("module")};
        exports.default = { processEvent: ${named("default")} };
      `),
    ).toBe("default");
  });

  test("one export is enough for globals not to be searched", async () => {
    expect(await handlersOf("function processEvent() {} export function onEvent() {}")).toEqual(["onEvent"]);
    expect(await handlersOf("function processEvent() {} module.exports = { other: 1 }")).toEqual([]);
  });

  test("a function in module.exports is no object to search: globals are", async () => {
    expect(await handlersOf("function processEvent() {} module.exports = function onEvent() {}")).toEqual([
      "processEvent",
    ]);
  });

  test("an instance without keys of its own leaves globals in play", async () => {
    const handlers = await handlersOf("class P { onEvent() {} } module.exports = new P(); function processEvent() {}");
    expect(handlers.toSorted()).toEqual(["onEvent", "processEvent"]);
  });

  test.each(["module.exports = null", "module.exports = undefined", "module = null"])(
    "%s fails the load",
    async (source) => {
      await expect(loadPlugin(source)).rejects.toThrow(PluginLoadError);
      await expect(loadPlugin(source)).rejects.toThrow(/^TypeError: .*exports/);
    },
  );

  test("functions are looked up once: what is assigned later is not seen", async () => {
    const plugin = await loadPlugin(`
      exports.processEvent = (event) => { exports.processEvent = () => null; exports.onEvent = () => {}; return event };
    `);
    await plugin.run("processEvent", EVENT);
    expect(await plugin.run("processEvent", EVENT)).toEqual(EVENT);
    expect(plugin.sandbox.discovery.handlers).toEqual(["processEvent"]);
  });

  test("every function of the contract can be found", async () => {
    const names =
      "setupPlugin teardownPlugin processEvent processEventBatch onEvent onSnapshot exportEvents composeWebhook getSettings runEveryMinute runEveryHour runEveryDay";
    const source = names.split(" ").map((name) => `export function ${name}() {}`);
    expect(await handlersOf(source.join("\n"))).toEqual(names.split(" "));
  });

  test("a name that no one calls is not a function of the plugin", async () => {
    expect(await handlersOf("export function onAction() {} export function runJob() {} export const x = 1")).toEqual(
      [],
    );
  });

  test("names of Object.prototype are not functions of the plugin", async () => {
    expect((await loadPlugin("exports.jobs = {}; exports.x = 1")).sandbox.discovery.jobs).toEqual([]);
  });
});

describe("an export that is no function", () => {
  test("counts as there and fails on every call", async () => {
    const plugin = await loadPlugin("export const processEvent = 5");
    expect(plugin.sandbox.discovery.handlers).toEqual(["processEvent"]);
    for (let i = 0; i < 2; i++)
      expect((await plugin.call("processEvent", [EVENT])).outcome).toMatchObject({
        kind: "threw",
        message: expect.stringMatching(/^TypeError: .*not a function/),
      });
  });

  test("is ignored when it is a scheduled task", async () => {
    expect(
      await handlersOf(`
        export const runEveryMinute = false;
        export const runEveryHour = { some: "object" };
        export const runEveryDay = () => 1;
      `),
    ).toEqual(["runEveryDay"]);
  });
});

describe("scheduled tasks", () => {
  test("are found in order", async () => {
    expect(
      await handlersOf(
        "export function runEveryDay() {} export function runEveryMinute() {} export function runEveryHour() {}",
      ),
    ).toEqual(["runEveryMinute", "runEveryHour", "runEveryDay"]);
  });

  test("are looked for among own keys only, and other functions on prototypes too", async () => {
    const plugin = `class P { x = 1; processEvent() {} runEveryMinute() {} } export default new P()`;
    expect(await handlersOf(plugin)).toEqual(["processEvent"]);
  });
});

describe("a function that no one outside can see", () => {
  test.each(["const", "let"])("declared with %s draws a warning that says what to write", async (keyword) => {
    const { handlers, warnings } = (await loadPlugin(`${keyword} processEvent = (event) => event`)).sandbox.discovery;
    expect(handlers).toEqual([]);
    expect(warnings).toEqual([
      "processEvent is declared with const, let or class at the top level and is not exported: write `export const processEvent = ...` or `function processEvent() {}`",
    ]);
  });

  test("draws none when it is no function", async () => {
    expect((await loadPlugin("const processEvent = 1; let onEvent")).sandbox.discovery.warnings).toEqual([]);
  });

  test("draws none when another function was found", async () => {
    const source = "const processEvent = (e) => e; export const onEvent = processEvent";
    expect((await loadPlugin(source)).sandbox.discovery).toMatchObject({ handlers: ["onEvent"], warnings: [] });
  });
});

test("functions are called unbound, with meta last", async () => {
  const plugin = await loadPlugin(`
    "use strict";
    const meta = () => {};
    class P {
      processEvent(...args) { return { self: this === undefined, args: args.length, meta: Object.keys(args[1]) } }
      runEveryMinute = function (...args) { return { self: this === undefined, args: args.length, meta: Object.keys(args[0]) } };
    }
    module.exports = new P();
  `);
  const meta = ["config", "attachments", "global", "cache", "storage", "geoip", "jobs", "metrics", "request", "utils"];
  expect(await plugin.run("processEvent", EVENT)).toEqual({ self: true, args: 2, meta });
  expect(await plugin.run("runEveryMinute")).toEqual({ self: true, args: 1, meta });
});

describe("the script", () => {
  test("runs in sloppy mode: undeclared assignment, with, arguments.callee", async () => {
    const plugin = await loadPlugin(
      `
        arr = [1];
        function processEvent(event, meta) {
          arr.push((key = "x"));
          with (event) { event = "with " + key }
          return Object.assign(event, { callee: typeof arguments.callee, arr, self: this === globalThis })
        }
      `,
      { raw: true },
    );
    const result = await plugin.run("processEvent", { event: {}, properties: {} });
    expect(result).toMatchObject({ callee: "function", arr: [1, "x"], self: true });
  });

  test("stays strict when it says so", async () => {
    await expect(loadPlugin(`"use strict"; undeclared = 1`)).rejects.toThrow("ReferenceError");
  });

  test("that throws does not load: what it threw is told, with its place", async () => {
    const error = await loadPlugin("const a = 1;\nnull.x").then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(PluginLoadError);
    expect(error).toMatchObject({
      message: "TypeError: cannot read property 'x' of null",
      outcome: { function: "", kind: "threw", message: "TypeError: cannot read property 'x' of null" },
      guestStack: expect.stringContaining("index.ts:2"),
    });
  });

  test.each([
    ["throw 'a text'", { kind: "threw", message: "a text" }],
    ["throw new RetryError('later')", { kind: "retry", message: "RetryError: later" }],
    ["for (;;);", { kind: "fuel", limit: "fuel", value: 20_000_000 }],
    ["(function f() { f() })()", { kind: "stack", limit: "stackBytes" }],
    ["const a = []; for (;;) a.push(new ArrayBuffer(1e6))", { kind: "memory", limit: "memoryBytes" }],
    [
      "Object.defineProperty(exports, 'x', { enumerable: true, value: 1 }); Object.defineProperty(exports, 'onEvent', { get() { throw new Error('in a getter') } })",
      { kind: "threw", message: "Error: in a getter" },
    ],
    [
      "exports.metrics = { a: 'sum', b: 'avg', c: 'foo' }",
      {
        kind: "threw",
        message:
          "IllegalOperationError: Only 'sum', 'max', and 'min' are supported as metric types. Invalid types received: avg, foo",
      },
    ],
  ])("%s: the failure is told as an outcome", async (source, outcome) => {
    const error = await loadPlugin(source, { limits: { fuel: 20_000_000 } }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PluginLoadError);
    expect((error as PluginLoadError).outcome).toMatchObject(outcome);
  });

  test("import and require give modules, by every way of writing it", async () => {
    const plugin = await loadPlugin(`
      import fetch1 from "node-fetch";
      import * as fetch2 from "node-fetch";
      import { Headers } from "node-fetch";
      import { RetryError as Scaffold } from "@posthog/plugin-scaffold";
      const fetch3 = require("node-fetch");
      export const onEvent = () => [
        fetch1 === fetch2, fetch2 === fetch3, typeof fetch1, Headers === globalThis.Headers, Scaffold === RetryError,
        require("node:url").URL === URL,
      ];
    `);
    expect(await plugin.run("onEvent", EVENT)).toEqual([true, true, "function", true, true, true]);
  });

  test("@posthog/plugin-scaffold has all that the package itself exports", async () => {
    const names = Object.keys(scaffold).filter((name) => name !== "default");
    const plugin = await loadPlugin(`
      import * as scaffold from "@posthog/plugin-scaffold";
      export const onEvent = () => [Object.keys(scaffold), scaffold.MetricsOperation, typeof scaffold.RetryError];
    `);
    expect(names).toContain("MetricsOperation");
    expect(await plugin.run("onEvent", EVENT)).toEqual([
      expect.arrayContaining(names),
      scaffold.MetricsOperation,
      "function",
    ]);
  });

  test("metrics are declared by the package's names for them", async () => {
    const plugin = await loadPlugin(`
      import { MetricsOperation } from "@posthog/plugin-scaffold";
      export const metrics = { a: MetricsOperation.Sum, b: MetricsOperation.Min, c: MetricsOperation.Max };
      export const onEvent = () => {};
    `);
    expect(plugin.sandbox.discovery.metrics).toEqual([
      ["a", "sum"],
      ["b", "min"],
      ["c", "max"],
    ]);
  });

  test.each(["fs", "http", "child_process", "constructor", "__proto__", "./other"])(
    "importing %s fails and says so",
    async (name) => {
      await expect(loadPlugin(`require("${name}")`)).rejects.toThrow(
        `Cannot import '${name}'! This package is not provided by PostHog in plugins.`,
      );
    },
  );
});

test("a function that nothing calls any more is told", async () => {
  const plugin = await loadPlugin("export const onAction = () => 1; export const onEvent = () => 2;");
  expect(plugin.sandbox.discovery).toMatchObject({
    handlers: ["onEvent"],
    warnings: ["onAction is never called: Hoglet knows nothing of PostHog's actions; use onEvent"],
  });
});
