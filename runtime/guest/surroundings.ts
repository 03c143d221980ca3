import { Buffer } from "buffer";
import { Reader } from "mmdb-lib";

import { bridge } from "../../wit/generated/guest.ts";
import type { CapabilityName } from "../../wit/generated/contract.ts";
import type { Surroundings } from "../protocol.ts";
import { deniedCapability } from "./denied.ts";
import { makeFetch } from "./fetch/fetch.ts";
import { Blob, FormData } from "./fetch/form-data.ts";
import { Headers } from "./fetch/headers.ts";
import { makeConsole } from "./globals/console.ts";
import { makeCrypto } from "./globals/crypto.ts";
import { DropEvent, RetryError } from "./globals/errors.ts";
import { random } from "./globals/random.ts";
import { makeTimers } from "./globals/timers.ts";
import { URLSearchParams } from "./globals/url-search-params.ts";
import { makeUrl } from "./globals/url.ts";
import type { Host } from "./host.ts";
import { makeCache } from "./meta/cache.ts";
import { makeJobs } from "./meta/jobs.ts";
import { makeCursor, makeStorage } from "./meta/storage.ts";
import { ModuleTable } from "./modules.ts";
import { defineProperty, entries, fromEntries, hasOwn, parse, stringify } from "./primordials.ts";

type Bridge = typeof bridge;
type Bound<Name extends CapabilityName> = ReturnType<Bridge[Name]>;
type Bind = <Name extends CapabilityName>(name: Name) => Bound<Name>;

/** Binds what was granted. In place of everything else stands something that says how it would be granted. */
export function bindCapabilities(host: Host, { granted, denials }: Surroundings): Bind {
  return <Name extends CapabilityName>(name: Name) =>
    granted.includes(name)
      ? (bridge[name](host.call) as Bound<Name>)
      : (deniedCapability(denials[name] ?? `${name} is not granted`) as unknown as Bound<Name>);
}

/** Gives the global scope all that a plugin's code finds there. */
export function installGlobals(scope: Record<string, unknown>, bind: Bind): void {
  const { fetch, nodeFetch, Response } = makeFetch(bind("fetch"), bind("encoding"));
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
    crypto: makeCrypto(bind("crypto")),
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
}

/**
 * Makes `meta`, but for the metrics, which the plugin's own code declares.
 * @param contents of the attachments, in their order
 */
export function makeMeta(
  { config, attachments }: Surroundings,
  contents: readonly ArrayBuffer[],
  bind: Bind,
): Record<string, unknown> {
  const storage = bind("storage");
  return {
    config,
    attachments: fromEntries(
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
}

function makeGeoip(host: Bound<"geoip">) {
  return {
    locate: async (ip: unknown): Promise<unknown> => {
      const json = await host.locate(String(ip));
      return json === undefined ? null : parse(json);
    },
  };
}

/**
 * Defines globals the way builtins are defined: writable, configurable, not enumerable. Classes are told the name under
 * which plugins know them, because minifying took it and `error.constructor.name` tells it.
 */
function install(target: Record<string, unknown>, values: Record<string, unknown>): void {
  for (const [name, value] of entries(values)) {
    if (typeof value === "function" && hasOwn(value, "prototype"))
      defineProperty(value, "name", { value: name, configurable: true });
    defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  }
}
