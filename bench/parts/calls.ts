import { deepStrictEqual } from "node:assert/strict";

import type { JsonObject } from "../../runtime/event/event-source.ts";
import type { BenchEngine, LoadedPlugin } from "../engines/engine.ts";
import { hoglet } from "../engines/hoglet.ts";
import { isolatedVm, isolatedVmSync } from "../engines/isolated-vm.ts";
import { quickjs } from "../engines/quickjs.ts";
import { plainV8 } from "../engines/v8.ts";
import { vm2Copy, vm2Proxies } from "../engines/vm2.ts";
import { timeInRounds } from "../measure/rounds.ts";
import type { Timed } from "../measure/rounds.ts";
import { IN_WORKERD, callGroup } from "../report/names.ts";
import { rowsOf } from "../report/row.ts";
import type { Row } from "../report/row.ts";
import type { Order } from "../workerd/order.ts";
import { EVENT_SIZES, eventJson } from "../workload/events.ts";
import type { EventSize } from "../workload/events.ts";
import { PLUGINS } from "../workload/plugins.ts";
import type { BenchPlugin } from "../workload/plugins.ts";
import type { Bench } from "./part.ts";

const ENGINES_IN_WORKERD = ["hoglet", "quickjs", "v8"] as const;

/** Times every engine with every plugin and size of event: one call, from an event on the host to the changed event on the host. */
export async function measureCalls(bench: Bench): Promise<Row[]> {
  const engines = [
    hoglet(bench.image),
    isolatedVm(bench.ivm),
    isolatedVmSync(bench.ivm),
    vm2Copy(bench.vm2),
    vm2Proxies(bench.vm2),
    quickjs(bench.quickjs),
    plainV8,
  ];
  const rows: Row[] = [];
  for (const plugin of PLUGINS)
    for (const size of Object.keys(EVENT_SIZES) as EventSize[])
      rows.push(...(await measurePlugin(bench, engines, plugin, size)));
  return rows;
}

async function measurePlugin(
  bench: Bench,
  engines: readonly BenchEngine[],
  plugin: BenchPlugin,
  size: EventSize,
): Promise<Row[]> {
  const group = callGroup(plugin, size);
  bench.progress(group);
  const json = eventJson(EVENT_SIZES[size]);
  const loaded: (readonly [string, LoadedPlugin])[] = [];
  for (const engine of engines) loaded.push([engine.name, await engine.load(plugin)]);
  const orders = ENGINES_IN_WORKERD.map(
    (engine) => [IN_WORKERD[engine], { action: "run", engine, plugin: plugin.name, size } as const] as const,
  );
  await checkAgreement(bench, json, loaded, orders);
  const times = await timeInRounds(
    [
      ...loaded.map(([name, ready]) => subject(name, ready, json)),
      ...orders.map(([name, order]) => bench.worker.timed(name, order)),
    ],
    bench.options,
  );
  for (const [, ready] of loaded) ready.dispose();
  return rowsOf(group, times);
}

function subject(name: string, plugin: LoadedPlugin, json: string): Timed<JsonObject[]> {
  return {
    name,
    prepare: (count) => Array.from({ length: count }, () => JSON.parse(json) as JsonObject),
    async run(events) {
      for (const event of events) {
        const result = plugin.process(event, json.length);
        if (result instanceof Promise) await result;
      }
    },
  };
}

/** Who makes something else of an event than the others does not do the same work. */
async function checkAgreement(
  { worker }: Bench,
  json: string,
  loaded: readonly (readonly [string, LoadedPlugin])[],
  orders: readonly (readonly [string, Omit<Order, "count">])[],
): Promise<void> {
  let expected: unknown;
  const check = (name: string, result: unknown): void => {
    expected ??= result;
    deepStrictEqual(result, expected, `${name} makes something else of the event`);
  };
  for (const [name, plugin] of loaded) check(name, await plugin.process(JSON.parse(json) as JsonObject, json.length));
  for (const [name, order] of orders) check(name, await worker.order({ ...order, action: "check", count: 1 }));
}
