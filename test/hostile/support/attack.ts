import { afterAll, beforeAll, expect, vi } from "vitest";

import { DEFAULT_LIMITS } from "../../../runtime/limits.ts";
import type { Limits } from "../../../runtime/limits.ts";
import type { CallResult, Outcome } from "../../../runtime/outcome.ts";
import type { HandlerName, OutcomeKind } from "../../../wit/generated/contract.ts";
import { loadPlugin } from "../../runtime/support/load-plugin.ts";
import type { LoadedPlugin, PluginOptions } from "../../runtime/support/load-plugin.ts";

// At the edge no time passes while code computes: a limit that hangs on the clock must not look as if it worked.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: 0 });
});
afterAll(() => {
  vi.useRealTimers();
});

/** Little, so that the suite is fast; enough for what the programs prepare. */
const FUEL = 5_000_000;

const KIND_OF: Partial<Record<keyof Limits, OutcomeKind>> = {
  fuel: "fuel",
  memoryBytes: "memory",
  stackBytes: "stack",
  wallMs: "timeout",
};

export interface AttackOptions extends PluginOptions {
  /** Runs when the plugin is loaded, before its function is there. */
  script?: string;
  function?: HandlerName;
  /** What it is called with: an event, unless given. */
  event?: unknown;
}

export interface Attack {
  plugin: LoadedPlugin;
  result: CallResult;
}

/** A plugin of another tenant, loaded before the attack, whose state and builtins tell whether anything reached it. */
async function loadNeighbour(): Promise<() => Promise<void>> {
  const neighbour = await loadPlugin(
    `let calls = 0;
     const secret = "neighbour's secret";
     exports.onEvent = (event) => [++calls, secret, event.n, [3, 1, 2].sort().join(), Object.keys(globalThis).length, ({}).polluted, [].polluted];`,
    { raw: true },
  );
  const first = (await neighbour.run("onEvent", { n: 5 })) as unknown[];
  expect(first.slice(0, 4)).toEqual([1, "neighbour's secret", 5, "1,2,3"]);
  return async () => {
    expect(await neighbour.run("onEvent", { n: 5 })).toEqual([2, ...first.slice(1)]);
  };
}

/** Loads a plugin with this body of `async function (event, meta)` beside a neighbour, calls it once, and sees to the neighbour. */
export async function attack(body: string, options: AttackOptions = {}): Promise<Attack> {
  const {
    script = "",
    function: name = "onEvent",
    event = { event: "e", properties: { a: 1, list: [1, { b: 2 }] } },
  } = options;
  const checkNeighbour = await loadNeighbour();
  const plugin = await loadPlugin(`${script}\nexports.${name} = async function (event, meta) { ${body}\n};`, {
    ...options,
    raw: true,
    limits: { fuel: FUEL, ...options.limits },
  });
  const result = await plugin.call(name, [event]);
  await checkNeighbour();
  return { plugin, result };
}

/** An attack that must cross a limit: the outcome names it, the sandbox is lost, and nothing of the call runs later. */
export async function stopped(by: keyof Limits, body: string, options: AttackOptions = {}): Promise<Outcome> {
  const { plugin, result } = await attack(body, options);
  const value = { ...DEFAULT_LIMITS, fuel: FUEL, ...options.limits }[by];
  const name = options.function ?? "onEvent";
  expect(result.outcome).toMatchObject({
    function: name,
    message: expect.any(String),
    kind: KIND_OF[by] ?? "limit",
    limit: by,
    value,
  });
  expect([result.json, result.isSameEvent]).toEqual([null, false]);
  expect(plugin.sandbox.lost).toBe(true);
  await expect(plugin.call(name, [{}])).rejects.toThrow("the sandbox is gone");
  await nothingMore(plugin);
  return result.outcome;
}

/** An attack that must come to nothing: the call ends well, and the sandbox lives on. Gives what the function returned. */
export async function survived(body: string, options: AttackOptions = {}): Promise<unknown> {
  const { plugin, result } = await attack(body, options);
  expect([result.outcome.kind, result.outcome.message]).toEqual(["ok", undefined]);
  expect(plugin.sandbox.lost).toBe(false);
  return result.json === null ? undefined : JSON.parse(result.json);
}

/** That a plugin reaches no capability any more, though the isolate's tasks have their turn. */
export async function nothingMore({ records }: LoadedPlugin): Promise<void> {
  const used = () =>
    [records.logs, records.captured, records.jobs, records.metrics, records.requests].map(({ length }) => length);
  const before = used();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(used()).toEqual(before);
}
