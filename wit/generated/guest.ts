// Generated from wit/*.wit by `npm run wit`. Do not edit.

import type { Type } from "../type.ts";
import type { Capabilities } from "./contract.ts";

/** Performs one operation of the contract on the host. */
export interface HostCall {
  sync<T>(operation: number, params: readonly Type[], result: Type | null, args: readonly unknown[]): T;
  async<T>(operation: number, params: readonly Type[], result: Type | null, args: readonly unknown[]): Promise<T>;
}

/** Binds one interface of the contract. An interface that was not granted is never bound. */
export const bridge = {
  cache: (call: HostCall) =>
    ({
      get: (key) =>
        call.async(0, ["string"], {"option":"string"}, [key]),
      set: (key, value, ttlSeconds) =>
        call.async(1, ["string","string",{"option":"u32"}], null, [key, value, ttlSeconds]),
      incr: (key) =>
        call.async(2, ["string"], "f64", [key]),
      expire: (key, ttlSeconds) =>
        call.async(3, ["string","u32"], "bool", [key, ttlSeconds]),
      lpush: (key, elements) =>
        call.async(4, ["string",{"list":"string"}], "u32", [key, elements]),
      lrange: (key, start, stop) =>
        call.async(5, ["string","s32","s32"], {"list":"string"}, [key, start, stop]),
      llen: (key) =>
        call.async(6, ["string"], "u32", [key]),
      lpop: (key, count) =>
        call.async(7, ["string","u32"], {"list":"string"}, [key, count]),
      lrem: (key, count, element) =>
        call.async(8, ["string","s32","string"], "u32", [key, count, element]),
    }) satisfies Capabilities["cache"],
  crypto: (call: HostCall) =>
    ({
      random: (length) =>
        call.sync(9, ["u32"], "bytes", [length]),
    }) satisfies Capabilities["crypto"],
  encoding: (call: HostCall) =>
    ({
      name: (label) =>
        call.sync(10, ["string"], "string", [label]),
      encode: (text) =>
        call.sync(11, ["string"], "bytes", [text]),
      decode: (bytes, label, fatal, ignoreBom) =>
        call.sync(12, ["bytes","string","bool","bool"], "string", [bytes, label, fatal, ignoreBom]),
    }) satisfies Capabilities["encoding"],
  fetch: (call: HostCall) =>
    ({
      send: (request) =>
        call.async(13, [{"record":[["url","string"],["method","string"],["headers",{"list":{"tuple":["string","string"]}}],["body",{"option":{"variant":[["text","string"],["params","string"],["bytes","bytes"],["form",{"list":{"record":[["name","string"],["value","bytes"],["filename",{"option":"string"}],["contentType",{"option":"string"}]]}}]]}}],["redirect",{"enum":["follow","manual","error"]}],["id",{"option":"u32"}]]}], {"record":[["status","u16"],["statusText","string"],["headers",{"list":{"tuple":["string","string"]}}],["url","string"],["redirected","bool"],["body","bytes"]]}, [request]),
      cancel: (id) =>
        call.sync(14, ["u32"], null, [id]),
    }) satisfies Capabilities["fetch"],
  geoip: (call: HostCall) =>
    ({
      locate: (ip) =>
        call.async(15, ["string"], {"option":"string"}, [ip]),
    }) satisfies Capabilities["geoip"],
  intl: (call: HostCall) =>
    ({
      resolve: (kind, locales, options) =>
        call.sync(16, [{"enum":["date","number"]},{"list":"string"},{"list":{"tuple":["string","string"]}}], "string", [kind, locales, options]),
      format: (kind, locales, options, value) =>
        call.sync(17, [{"enum":["date","number"]},{"list":"string"},{"list":{"tuple":["string","string"]}},"string"], {"list":{"tuple":["string","string"]}}, [kind, locales, options, value]),
    }) satisfies Capabilities["intl"],
  jobs: (call: HostCall) =>
    ({
      enqueue: (name, payload, due) =>
        call.async(18, ["string",{"option":"string"},{"variant":[["now",null],["after",{"record":[["amount","f64"],["unit","string"]]}],["at","string"]]}], null, [name, payload, due]),
    }) satisfies Capabilities["jobs"],
  log: (call: HostCall) =>
    ({
      write: (level, message) =>
        call.sync(19, [{"enum":["debug","log","info","warn","error"]},"string"], null, [level, message]),
    }) satisfies Capabilities["log"],
  metrics: (call: HostCall) =>
    ({
      write: (name, operation, value) =>
        call.sync(20, ["string",{"enum":["increment","max","min"]},"f64"], null, [name, operation, value]),
    }) satisfies Capabilities["metrics"],
  posthog: (call: HostCall) =>
    ({
      capture: (event, properties) =>
        call.async(21, ["string","string"], null, [event, properties]),
      api: (request) =>
        call.async(22, [{"record":[["method",{"enum":["get","post","put","delete"]}],["path","string"],["data",{"option":"string"}],["host",{"option":"string"}],["projectApiKey",{"option":"string"}],["personalApiKey",{"option":"string"}]]}], {"record":[["status","u16"],["statusText","string"],["headers",{"list":{"tuple":["string","string"]}}],["url","string"],["redirected","bool"],["body","bytes"]]}, [request]),
    }) satisfies Capabilities["posthog"],
  storage: (call: HostCall) =>
    ({
      get: (key) =>
        call.async(23, ["string"], {"option":"string"}, [key]),
      set: (key, value) =>
        call.async(24, ["string","string"], null, [key, value]),
      del: (key) =>
        call.async(25, ["string"], null, [key]),
      cursorInit: (key, initial) =>
        call.async(26, ["string","f64"], null, [key, initial]),
      cursorIncrement: (key, by) =>
        call.async(27, ["string","f64"], "f64", [key, by]),
    }) satisfies Capabilities["storage"],
  timers: (call: HostCall) =>
    ({
      sleep: (id, milliseconds) =>
        call.async(28, ["u32","f64"], null, [id, milliseconds]),
      sleepUnref: (id, milliseconds) =>
        call.async(29, ["u32","f64"], null, [id, milliseconds]),
      cancel: (id) =>
        call.sync(30, ["u32"], null, [id]),
    }) satisfies Capabilities["timers"],
  url: (call: HostCall) =>
    ({
      parse: (input, base) =>
        call.sync(31, ["string",{"option":"string"}], {"record":[["href","string"],["origin","string"],["protocol","string"],["username","string"],["password","string"],["host","string"],["hostname","string"],["port","string"],["pathname","string"],["search","string"],["hash","string"]]}, [input, base]),
      update: (href, component, value) =>
        call.sync(32, ["string",{"enum":["href","protocol","username","password","host","hostname","port","pathname","search","hash"]},"string"], {"record":[["href","string"],["origin","string"],["protocol","string"],["username","string"],["password","string"],["host","string"],["hostname","string"],["port","string"],["pathname","string"],["search","string"],["hash","string"]]}, [href, component, value]),
    }) satisfies Capabilities["url"],
};
