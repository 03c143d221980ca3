import { Buffer } from "buffer";
import { Reader } from "mmdb-lib";

import { toJson } from "../../wit/codec.ts";
import { bridge } from "../../wit/generated/guest.ts";
import type { CapabilityName, HandlerName } from "../../wit/generated/contract.ts";
import { DISCOVERY, THROWN } from "../protocol.ts";
import type { BootRequest, CallRequest, MetaRequest, Report } from "../protocol.ts";
import { deniedCapability } from "./denied.ts";
import { makeFetch } from "./fetch/fetch.ts";
import { Blob, FormData } from "./fetch/form-data.ts";
import { Headers } from "./fetch/headers.ts";
import { makeConsole } from "./globals/console.ts";
import { DropEvent, RetryError } from "./globals/errors.ts";
import { random, seedRandom } from "./globals/random.ts";
import { makeTimers } from "./globals/timers.ts";
import { URLSearchParams } from "./globals/url-search-params.ts";
import { makeUrl } from "./globals/url.ts";
import { connectHost } from "./host.ts";
import type { HostFunction } from "./host.ts";
import { makeCache } from "./meta/cache.ts";
import { makeJobs } from "./meta/jobs.ts";
import { makeMetrics } from "./meta/metrics.ts";
import { makeCursor, makeStorage } from "./meta/storage.ts";
import { ModuleTable } from "./modules.ts";
import { PluginExports } from "./plugin-exports.ts";
import { defineProperty, entries, parse, stringify, then } from "./primordials.ts";
import { reportReturned, reportThrown } from "./report.ts";

type Bridge = typeof bridge;
type Bound<Name extends CapabilityName> = ReturnType<Bridge[Name]>;

/**
 * Boots the guest: installs the globals, and gives the host the four functions it drives a plugin with.
 * @param hostFunction the engine's one way out
 * @param json a BootRequest
 */
export function boot(hostFunction: HostFunction, json: string) {
  const { granted, denials } = parse(json) as BootRequest;
  const host = connectHost(hostFunction);
  const bind = <Name extends CapabilityName>(name: Name): Bound<Name> =>
    granted.includes(name)
      ? (bridge[name](host.call) as Bound<Name>)
      : (deniedCapability(denials[name] ?? `${name} is not granted`) as unknown as Bound<Name>);

  const scope = globalThis as unknown as Record<string, unknown>;
  const encoding = bind("encoding");
  const { fetch, nodeFetch, Response } = makeFetch(bind("fetch"), encoding);
  const metricsHost = bind("metrics");
  const posthogHost = bind("posthog");
  const posthog = {
    async capture(event: unknown, properties: unknown = {}): Promise<void> {
      await posthogHost.capture(String(event), stringify(properties) ?? "{}");
    },
  };
  const URL = makeUrl(bind("url"));
  const modules = new ModuleTable({
    "@posthog/plugin-scaffold": () => ({ RetryError }),
    buffer: () => ({ Buffer }),
    maxmind: () => ({ Reader }),
    "mmdb-lib": () => ({ Reader }),
    "node-fetch": () => nodeFetch,
    url: () => ({ URL, URLSearchParams }),
  });

  install(scope, {
    Blob,
    Buffer,
    DropEvent,
    FormData,
    Headers,
    Response,
    RetryError,
    URL,
    URLSearchParams,
    console: makeConsole(bind("log")),
    fetch,
    global: scope,
    GLOBAL: scope,
    root: scope,
    posthog,
    ...makeTimers(bind("timers")),
    // A plugin's script finds these as its module's own names; `exports` and `module.exports` are two objects, both searched.
    exports: {},
    module: { exports: {} },
    require: modules.require,
  });
  install(Math as unknown as Record<string, unknown>, { random });

  let meta: Record<string, unknown> = {};
  let plugin: PluginExports | undefined;

  return {
    /** Gives the plugin its surroundings. Takes a MetaRequest and the contents of its attachments. */
    prepare(metaJson: string, ...contents: ArrayBuffer[]): void {
      const { config, attachments, seed } = parse(metaJson) as MetaRequest;
      seedRandom(seed);
      const storage = bind("storage");
      meta = {
        config,
        attachments: Object.fromEntries(
          attachments.map(({ key, contentType, fileName }, i) => [
            key,
            {
              content_type: contentType,
              file_name: fileName,
              contents: Buffer.from(contents[i] ?? new ArrayBuffer(0)),
            },
          ]),
        ),
        global: {},
        cache: makeCache(bind("cache")),
        storage: makeStorage(storage),
        geoip: makeGeoip(bind("geoip")),
        jobs: makeJobs(bind("jobs")),
        metrics: {},
        utils: { cursor: makeCursor(storage) },
      };
    },

    /** Looks the plugin's functions up, after its script has run. Returns a Discovery. */
    discover(): string {
      plugin = new PluginExports(scope);
      meta["metrics"] = makeMetrics(metricsHost, plugin.metrics);
      return toJson(DISCOVERY, plugin.describe(), []);
    },

    /** Starts one call. Takes a CallRequest; its end is reported through the host function. */
    call(requestJson: string): void {
      const request = parse(requestJson) as CallRequest;
      seedRandom(request.seed);
      then(
        run(request),
        (value) => complete(() => reportReturned(value)),
        (error) => complete(() => ({ tag: "threw", val: reportThrown(error) })),
      );
    },

    /** Tells what a rejected promise was rejected with. Returns a ThrownValue. */
    describe: (reason: unknown): string => toJson(THROWN, reportThrown(reason), []),

    settle: host.settle,
  };

  /** A report that cannot be made, as when memory ends, is reported itself. */
  function complete(report: () => Report): void {
    try {
      host.complete(report());
    } catch (error) {
      host.complete({ tag: "threw", val: reportThrown(error) });
    }
  }

  async function run({ function: name, args }: CallRequest): Promise<unknown> {
    if (!plugin) throw new Error("no plugin was loaded");
    const values = args.map((arg) => (arg === null ? undefined : (parse(arg) as unknown)));
    // Awaited here: a promise that is merely returned would be adopted by way of its `then`, which a plugin may replace.
    if (name === "runJob") return await plugin.job(String(values[0]))(values[1], meta);
    return await plugin.handler(name)(...prepareArgs(name, values), meta);
  }
}

/** composeWebhook's event carries a Date, which JSON does not. */
function prepareArgs(name: HandlerName, values: unknown[]): unknown[] {
  if (name !== "composeWebhook") return values;
  const event = values[0] as { timestamp?: unknown };
  return [typeof event.timestamp === "string" ? { ...event, timestamp: new Date(event.timestamp) } : event];
}

function makeGeoip(host: Bound<"geoip">) {
  return {
    locate: async (ip: unknown): Promise<unknown> => {
      const json = await host.locate(String(ip));
      return json === undefined ? null : parse(json);
    },
  };
}

/** Defines globals the way builtins are defined: writable, configurable, not enumerable. */
function install(target: Record<string, unknown>, values: Record<string, unknown>): void {
  for (const [name, value] of entries(values))
    defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}
