import type { QuickJSContext, QuickJSWASMModule } from "quickjs-emscripten";

import type { Image } from "../../runtime/engine/image.ts";
import type { Sandbox } from "../../runtime/sandbox.ts";
import type { Isolate, IsolatedVm } from "../peers/load-peers.ts";
import type { JsonObject } from "../../runtime/event/event-source.ts";
import { Engine } from "../../runtime/engine/engine.ts";
import { buildEngine } from "../../scripts/engine/build-engine.ts";
import { bootAnew, rawEngine } from "../engines/boot-anew.ts";
import { engineOptions } from "../engines/engine-options.ts";
import { loadSandbox, processIn } from "../engines/hoglet.ts";
import { loadIsolate } from "../engines/isolated-vm.ts";
import { timeInRounds } from "../measure/rounds.ts";
import type { Timed } from "../measure/rounds.ts";
import { START, START_GROUP } from "../report/names.ts";
import { rowsOf } from "../report/row.ts";
import type { Row } from "../report/row.ts";
import type { Order } from "../workerd/order.ts";
import { EVENT_SIZES, eventJson } from "../workload/events.ts";
import { HELLO } from "../workload/plugins.ts";
import type { Bench } from "./part.ts";

/** Times what it takes until a plugin is ready for its first event. */
export async function measureStart(bench: Bench): Promise<Row[]> {
  bench.progress(START_GROUP);
  const raw = rawEngine(await buildEngine());
  const { image, ivm, quickjs } = bench;
  const order: Omit<Order, "count"> = { action: "start", engine: "hoglet", plugin: HELLO.name, size: "1.6 KB" };

  const times = await timeInRounds(
    [
      starting(START.image, async () => loadSandbox(image, HELLO), dispose),
      starting(START.imageAlone, async () => new Engine(image, engineOptions())),
      starting(START.imageEvent, () => sandboxWithEvent(image), dispose),
      starting(START.anew, async () => bootAnew(raw, bench.guest, HELLO)),
      starting(START.isolate, async () => loadIsolate(ivm, HELLO).isolate, dispose),
      starting(START.isolateEvent, () => isolateWithEvent(ivm), dispose),
      starting(START.context, async () => loadContext(quickjs), dispose),
      bench.worker.timed(START.workerd, order),
    ],
    bench.options,
  );
  return rowsOf(START_GROUP, times);
}

/** @param discard takes apart what was started; its time does not count */
function starting<T>(
  name: string,
  start: () => Promise<T>,
  discard: (started: T) => void = () => undefined,
): Timed<number> {
  let started: T[] = [];
  return {
    name,
    prepare(count) {
      started.forEach(discard);
      started = [];
      return count;
    },
    async run(count) {
      for (let i = 0; i < count; i++) started.push(await start());
    },
  };
}

const dispose = (started: { dispose(): void }): void => started.dispose();

function loadContext(quickjs: QuickJSWASMModule): QuickJSContext {
  const context = quickjs.newContext();
  context.unwrapResult(context.evalCode(HELLO.source)).dispose();
  return context;
}

const JSON_OF_EVENT = eventJson(EVENT_SIZES["1.6 KB"]);

async function sandboxWithEvent(image: Image): Promise<Sandbox> {
  const sandbox = loadSandbox(image, HELLO);
  await processIn(sandbox, JSON.parse(JSON_OF_EVENT) as JsonObject, JSON_OF_EVENT.length);
  return sandbox;
}

/** Calls the isolate as `sandboxWithEvent` is called: with an event that lies on the host, and with its result there. */
async function isolateWithEvent(ivm: IsolatedVm): Promise<Isolate> {
  const { isolate, handle } = loadIsolate(ivm, HELLO);
  const event: unknown = JSON.parse(JSON_OF_EVENT);
  JSON.parse(handle.applySync(undefined, [JSON.stringify(event)], {}));
  return isolate;
}
