import { Buffer } from "buffer";

import type { Surroundings } from "../protocol.ts";
import type { Bind, Bound } from "./bind.ts";
import type { CallBuffers } from "./call-buffers.ts";
import { makeFetch } from "./fetch/fetch.ts";
import { Blob, FormData } from "./fetch/form-data.ts";
import { Headers } from "./fetch/headers.ts";
import { makeConsole } from "./globals/console.ts";
import { makeCrypto } from "./globals/crypto.ts";
import * as errors from "./globals/errors.ts";
import { random } from "./globals/random.ts";
import { makeTimers } from "./globals/timers.ts";
import { URLSearchParams } from "./globals/url-search-params.ts";
import { makeUrl } from "./globals/url.ts";
import { makeCache } from "./meta/cache.ts";
import { makeJobs } from "./meta/jobs.ts";
import { makeCursor, makeStorage } from "./meta/storage.ts";
import { ModuleTable } from "./modules.ts";
import type { RequestSource } from "./modules.ts";
import * as primordials from "./primordials.ts";
import { defineProperty, entries, fromEntries, parse, stringify } from "./primordials.ts";

/** Files of the library that modules import. */
const SHARED = { "globals/errors.ts": errors, "primordials.ts": primordials };

/**
 * Gives the global scope all that a plugin's code finds there.
 * @param requestSource gives the sources of modules that are not in the library
 */
export function installGlobals(
  scope: Record<string, unknown>,
  bind: Bind,
  requestSource: RequestSource,
  buffers: CallBuffers,
): void {
  const { fetch, nodeFetch, Response } = makeFetch(bind("fetch"), bind("encoding"));
  const posthogHost = bind("posthog");
  const posthog = {
    async capture(event: unknown, properties: unknown = {}): Promise<void> {
      await posthogHost.capture(String(event), stringify(properties) ?? "{}");
    },
  };
  const URL = makeUrl(bind("url"));
  const { DropEvent, RetryError } = errors;
  const crypto = makeCrypto(bind("crypto"), () => modules.require("crypto"));
  const own = {
    "@posthog/plugin-scaffold": () => ({ RetryError }),
    buffer: () => ({ Buffer }),
    "node-fetch": () => nodeFetch,
  };
  const modules: ModuleTable = new ModuleTable(requestSource, own, SHARED, {
    bind,
    buffers,
    globals: { URL, URLSearchParams, crypto },
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
    crypto,
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

/** Defines globals the way builtins are defined: writable, configurable, not enumerable. */
function install(target: Record<string, unknown>, values: Record<string, unknown>): void {
  for (const [name, value] of entries(values))
    defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}
