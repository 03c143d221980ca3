import { RELEASE_SYNC, newQuickJSWASMModuleFromVariant, newVariant } from "quickjs-emscripten";

import imageModule from "../../build/image.wasm";
import quickjsModule from "../../node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm";
import { openImage } from "../../runtime/engine/image.ts";
import type { JsonObject } from "../../runtime/event/event-source.ts";
import type { BenchEngine, LoadedPlugin } from "../engines/engine.ts";
import { hoglet, loadSandbox } from "../engines/hoglet.ts";
import { quickjs } from "../engines/quickjs.ts";
import { plainV8 } from "../engines/v8.ts";
import { EVENT_SIZES, eventJson } from "../workload/events.ts";
import type { EventSize } from "../workload/events.ts";
import { HELLO, PLUGINS } from "../workload/plugins.ts";
import type { Order } from "./order.ts";

const SIZES = Object.keys(EVENT_SIZES) as EventSize[];
const image = openImage(imageModule);
const quickjsReady = newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, { wasmModule: quickjsModule }));
// Code is made of text while the Worker starts, or not at all.
const loaded = new Map<string, Promise<LoadedPlugin>>(
  PLUGINS.flatMap((plugin) => SIZES.map((size) => [keyOf("v8", plugin.name, size), plainV8.load(plugin)])),
);
const jsonOf = new Map(SIZES.map((size) => [size, eventJson(EVENT_SIZES[size])]));
let events: JsonObject[] = [];

function keyOf(engine: string, plugin: string, size: EventSize): string {
  return `${engine}, ${plugin}, ${size}`;
}

const engineOf = async (engine: Order["engine"]): Promise<BenchEngine> =>
  engine === "quickjs" ? quickjs(await quickjsReady) : hoglet(image);

/**
 * Does one thing per request. The clock stands still while a Worker computes, so the time is taken by the one who asks: what is
 * timed is a request of its own.
 */
async function serve({ action, engine, plugin, size, count }: Order): Promise<unknown> {
  const json = jsonOf.get(size) ?? "";
  const found = PLUGINS.find(({ name }) => name === plugin) ?? HELLO;
  if (action === "prepare") events = Array.from({ length: count }, () => JSON.parse(json) as JsonObject);
  if (action === "start") for (let i = 0; i < count; i++) loadSandbox(image, found).dispose();
  if (action !== "check" && action !== "run") return {};

  const key = keyOf(engine, plugin, size);
  const loading = loaded.get(key) ?? engineOf(engine).then((each) => each.load(found));
  loaded.set(key, loading);
  const ready = await loading;
  if (action === "check") return ready.process(JSON.parse(json) as JsonObject, json.length);
  for (const event of events) {
    const result = ready.process(event, json.length);
    if (result instanceof Promise) await result;
  }
  return {};
}

export default {
  async fetch(request: Request): Promise<Response> {
    try {
      return Response.json(await serve(await request.json()));
    } catch (error) {
      return new Response(String(error instanceof Error ? error.stack : error), { status: 500 });
    }
  },
};
