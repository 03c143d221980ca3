import { Buffer } from "buffer";

import type { Surroundings } from "../protocol.ts";
import type { Bind, Bound } from "./bind.ts";
import type { Buffers } from "./buffers.ts";
import { Blob, File } from "./fetch/blob.ts";
import { makeFetch } from "./fetch/fetch.ts";
import { FormData } from "./fetch/form-data.ts";
import { Headers } from "./fetch/headers.ts";
import { makeNodeFetch } from "./fetch/node-fetch.ts";
import { Request } from "./fetch/request.ts";
import { Response, responseFromHost } from "./fetch/response.ts";
import { AbortController, AbortSignal } from "./globals/abort.ts";
import { atob, btoa } from "./globals/base64.ts";
import { makeConsole } from "./globals/console.ts";
import { makeCrypto } from "./globals/crypto.ts";
import { DOMException } from "./globals/dom-exception.ts";
import * as errors from "./globals/errors.ts";
import { Event, EventTarget } from "./globals/event-target.ts";
import { Intl, connectIntl } from "./globals/intl.ts";
import { localeMethods } from "./globals/locale-methods.ts";
import { queueMicrotask } from "./globals/microtasks.ts";
import { performance } from "./globals/performance.ts";
import { process } from "./globals/process.ts";
import { random } from "./globals/random.ts";
import { structuredClone } from "./globals/structured-clone.ts";
import { TextDecoder, TextEncoder, connectEncoding } from "./globals/text-encoding.ts";
import { connectTimers, timers } from "./globals/timers.ts";
import { URLSearchParams } from "./globals/url-search-params.ts";
import { URL, connectUrl } from "./globals/url.ts";
import { makeAttachments } from "./meta/attachments.ts";
import { makeCache } from "./meta/cache.ts";
import { makeJobs } from "./meta/jobs.ts";
import { makeRequest } from "./meta/request.ts";
import { makeCursor, makeStorage } from "./meta/storage.ts";
import * as heldBuffers from "./meta/held-buffer.ts";
import { makePosthog } from "./posthog.ts";
import { ModuleTable } from "./modules.ts";
import type { RequestSource } from "./modules.ts";
import * as primordials from "./primordials.ts";
import { defineProperty, entries, hasOwn, parse } from "./primordials.ts";

/** Files of the library that modules import. */
const SHARED = { "globals/errors.ts": errors, "meta/held-buffer.ts": heldBuffers, "primordials.ts": primordials };

/**
 * Gives the global scope all that a plugin's code finds there.
 * @param requestSource gives the sources of modules that are not in the library
 */
export function installGlobals(
  scope: Record<string, unknown>,
  bind: Bind,
  requestSource: RequestSource,
  buffers: Buffers,
): void {
  buffers.kept.connect(bind("buffers"));
  connectEncoding(bind("encoding"));
  connectIntl(bind("intl"));
  connectTimers(bind("timers"));
  connectUrl(bind("url"));
  const { DropEvent, RetryError } = errors;
  const crypto = makeCrypto(bind("crypto"), () => modules.require("crypto"));
  const own = {
    "@posthog/plugin-scaffold": () => ({ MetricsOperation: { Sum: "sum", Min: "min", Max: "max" }, RetryError }),
    buffer: () => ({ Buffer }),
    "node-fetch": () => makeNodeFetch(bind("fetch")),
  };
  const modules: ModuleTable = new ModuleTable(requestSource, own, SHARED, {
    bind,
    buffers,
    globals: { URL, URLSearchParams, crypto },
  });
  install(scope, {
    AbortController,
    AbortSignal,
    Blob,
    Buffer,
    DOMException,
    DropEvent,
    Event,
    EventTarget,
    File,
    FormData,
    Headers,
    Intl,
    Request,
    Response,
    RetryError,
    TextDecoder,
    TextEncoder,
    URL,
    URLSearchParams,
    atob,
    btoa,
    console: makeConsole(bind("log")),
    crypto,
    fetch: makeFetch(bind("fetch")),
    global: scope,
    GLOBAL: scope,
    root: scope,
    performance,
    posthog: makePosthog(bind("posthog"), (response) => responseFromHost(Response, response)),
    process,
    queueMicrotask,
    structuredClone,
    ...timers,
    // A plugin's script finds these as its module's own names; `exports` and `module.exports` are two objects, both searched.
    exports: {},
    module: { exports: {} },
    require: modules.require,
  });
  install(Math, { random });
  install(Date.prototype, localeMethods.date);
  install(Number.prototype, localeMethods.number);
}

/** Makes `meta`, but for the metrics, which the plugin's own code declares. */
export function makeMeta({ config, attachments, granted }: Surroundings, bind: Bind): Record<string, unknown> {
  const storage = bind("storage");
  return {
    config,
    attachments: makeAttachments(attachments, bind("attachments"), bind("mmdb")),
    global: {},
    cache: makeCache(bind("cache")),
    storage: makeStorage(storage),
    geoip: makeGeoip(bind("geoip")),
    jobs: makeJobs(bind("jobs")),
    metrics: {},
    request: makeRequest(bind("request"), granted.includes("request")),
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
function install(target: object, values: Record<string, unknown>): void {
  for (const [name, value] of entries(values)) {
    if (typeof value === "function" && hasOwn(value, "prototype"))
      defineProperty(value, "name", { value: name, configurable: true });
    defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  }
}
