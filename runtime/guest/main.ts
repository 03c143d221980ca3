import { toJson } from "../../wit/codec.ts";
import { HANDLERS } from "../../wit/generated/contract.ts";
import { DISCOVERY, THROWN } from "../protocol.ts";
import type { Surroundings } from "../protocol.ts";
import { bindCapabilities } from "./bind.ts";
import { makeBuffers } from "./buffers.ts";
import { EventCall } from "./event/event-call.ts";
import type { ChangeEvent, ReadEvent } from "./event/event-call.ts";
import { connectRandom, resetRandom } from "./globals/random.ts";
import { cancelUnref } from "./globals/timers.ts";
import { connectHost } from "./host.ts";
import type { HostFunction } from "./host.ts";
import { PluginCall } from "./plugin-call.ts";
import { PluginExports } from "./plugin-exports.ts";
import { makeMetrics } from "./meta/metrics.ts";
import { parse } from "./primordials.ts";
import { reportThrown } from "./report.ts";
import { installGlobals, makeMeta } from "./surroundings.ts";

/**
 * Boots the guest and gives the host the functions it drives a plugin with. This runs once, when the engine's image is made: nothing
 * of any plugin is known yet, and the host cannot be asked.
 * @param callHost the way out to what the host provides
 * @param readEvent the way to the event in hand
 * @param changeEvent the way to tell what became of it
 * @param returnEvent the way to return one as it is
 */
export function boot(
  callHost: HostFunction,
  readEvent: ReadEvent,
  changeEvent: ChangeEvent,
  returnEvent: (event: object) => boolean,
) {
  const host = connectHost(callHost, returnEvent);
  const buffers = makeBuffers();
  const scope = globalThis as unknown as Record<string, unknown>;
  let meta: Record<string, unknown> = {};
  let self: string | undefined;
  let plugin: PluginExports | undefined;
  let metrics: Parameters<typeof makeMetrics>[0] | undefined;
  let call: PluginCall | undefined;
  connectRandom(host.drawSeed);

  const loaded = (): PluginExports => {
    if (!plugin) throw new Error("no plugin was loaded");
    return plugin;
  };
  const begin = (handler: number, isForEvent: boolean, view: EventCall | undefined): PluginCall => {
    resetRandom();
    buffers.kept.begin(HANDLERS[handler]?.name);
    call = new PluginCall({ host, buffers: buffers.calls, isForEvent, view });
    return call;
  };

  return {
    /** Gives the plugin its surroundings. Takes Surroundings. */
    prepare(json: string): void {
      const surroundings = parse(json) as Surroundings;
      const bind = bindCapabilities(host, surroundings);
      installGlobals(scope, bind, host.requestModule, buffers);
      meta = makeMeta(surroundings, bind);
      self = surroundings.self;
      metrics = bind("metrics");
      resetRandom();
    },

    /** Looks the plugin's functions up, after its script has run. Returns a Discovery. */
    discover(): string {
      plugin = new PluginExports(scope, self, buffers.kept);
      if (metrics) meta["metrics"] = makeMetrics(metrics, plugin.metrics);
      return toJson(DISCOVERY, plugin.describe(), []);
    },

    /**
     * Starts one call. Its end is reported through the host function.
     * @param handler the function's index in the contract's HANDLERS
     * @param texts JSON of the arguments; undefined for an absent one
     */
    call(handler: number, ...texts: (string | undefined)[]): void {
      const args = texts.map((text) => (text === undefined ? undefined : (parse(text) as unknown)));
      begin(handler, false, undefined).run(loaded(), handler, args, meta);
    },

    /** Starts one call whose argument is an event, handed over as JSON. */
    callWithCopy(handler: number, json: string): void {
      begin(handler, true, undefined).process(loaded(), handler, parse(json), meta);
    },

    /**
     * Starts one call whose argument is the event that lies on the host.
     * @param propertiesId the number of its `properties`, if they are an object
     */
    callWithEvent(handler: number, propertiesId?: number): void {
      const view = new EventCall(readEvent, changeEvent, propertiesId);
      begin(handler, true, view).process(loaded(), handler, view.event, meta);
    },

    /**
     * Reports a call that returned at once. The host calls this when the promise jobs that the call left have run.
     * @param isLast whether nothing is under way any more: the call is over
     */
    finish(isLast: boolean): void {
      call?.finish();
      if (!isLast) return;
      const ended = call;
      call = undefined;
      ended?.end();
      // What was gathered after the function had returned, or before it failed.
      if (!buffers.calls.isEmpty) void buffers.calls.flush();
    },

    /** Tells what a rejected promise was rejected with. Returns a ThrownValue. */
    describe: (reason: unknown): string => toJson(THROWN, reportThrown(reason), []),

    settle: host.settle,

    /** Ends the timers that no call waits for. The host calls this when nothing else is under way. */
    cancelUnref,
  };
}
