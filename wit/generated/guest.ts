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
  attachments: (call: HostCall) =>
    ({
      read: (attachment) =>
        call.sync(0, ["u32"], "bytes", [attachment]),
    }) satisfies Capabilities["attachments"],
  cache: (call: HostCall) =>
    ({
      get: (key) =>
        call.async(1, ["string"], {"option":"string"}, [key]),
      set: (key, value, ttlSeconds) =>
        call.async(2, ["string","string",{"option":"u32"}], null, [key, value, ttlSeconds]),
      incr: (key) =>
        call.async(3, ["string"], "f64", [key]),
      expire: (key, ttlSeconds) =>
        call.async(4, ["string","u32"], "bool", [key, ttlSeconds]),
      lpush: (key, elements) =>
        call.async(5, ["string",{"list":"string"}], "u32", [key, elements]),
      lrange: (key, start, stop) =>
        call.async(6, ["string","s32","s32"], {"list":"string"}, [key, start, stop]),
      llen: (key) =>
        call.async(7, ["string"], "u32", [key]),
      lpop: (key, count) =>
        call.async(8, ["string","u32"], {"list":"string"}, [key, count]),
      lrem: (key, count, element) =>
        call.async(9, ["string","s32","string"], "u32", [key, count, element]),
    }) satisfies Capabilities["cache"],
  crypto: (call: HostCall) =>
    ({
      random: (length) =>
        call.sync(10, ["u32"], "bytes", [length]),
    }) satisfies Capabilities["crypto"],
  encoding: (call: HostCall) =>
    ({
      encode: (text) =>
        call.sync(11, ["string"], "bytes", [text]),
      decode: (bytes, label, fatal, ignoreBom) =>
        call.sync(12, ["bytes","string","bool","bool"], "string", [bytes, label, fatal, ignoreBom]),
    }) satisfies Capabilities["encoding"],
  fetch: (call: HostCall) =>
    ({
      send: (request) =>
        call.async(13, [{"record":[["url","string"],["method","string"],["headers",{"list":{"tuple":["string","string"]}}],["body",{"option":{"variant":[["text","string"],["params","string"],["bytes","bytes"],["form",{"list":{"record":[["name","string"],["value","bytes"],["filename",{"option":"string"}],["contentType",{"option":"string"}]]}}]]}}],["redirect",{"enum":["follow","manual","error"]}]]}], {"record":[["status","u16"],["statusText","string"],["headers",{"list":{"tuple":["string","string"]}}],["url","string"],["redirected","bool"],["body","bytes"]]}, [request]),
    }) satisfies Capabilities["fetch"],
  geoip: (call: HostCall) =>
    ({
      locate: (ip) =>
        call.async(14, ["string"], {"option":"string"}, [ip]),
    }) satisfies Capabilities["geoip"],
  jobs: (call: HostCall) =>
    ({
      enqueue: (name, payload, due) =>
        call.async(15, ["string",{"option":"string"},{"variant":[["now",null],["after",{"record":[["amount","f64"],["unit","string"]]}],["at","string"]]}], null, [name, payload, due]),
    }) satisfies Capabilities["jobs"],
  log: (call: HostCall) =>
    ({
      write: (level, message) =>
        call.sync(16, [{"enum":["debug","log","info","warn","error"]},"string"], null, [level, message]),
    }) satisfies Capabilities["log"],
  metrics: (call: HostCall) =>
    ({
      write: (name, operation, value) =>
        call.sync(17, ["string",{"enum":["increment","max","min"]},"f64"], null, [name, operation, value]),
    }) satisfies Capabilities["metrics"],
  mmdb: (call: HostCall) =>
    ({
      metadata: (attachment) =>
        call.sync(18, ["u32"], {"option":"string"}, [attachment]),
      get: (attachment, ip) =>
        call.sync(19, ["u32","string"], {"record":[["value",{"option":"string"}],["prefixLength","u32"]]}, [attachment, ip]),
    }) satisfies Capabilities["mmdb"],
  posthog: (call: HostCall) =>
    ({
      capture: (event, properties) =>
        call.async(20, ["string","string"], null, [event, properties]),
    }) satisfies Capabilities["posthog"],
  request: (call: HostCall) =>
    ({
      read: () =>
        call.sync(21, [], {"record":[["country",{"option":"string"}],["city",{"option":"string"}],["region",{"option":"string"}],["regionCode",{"option":"string"}],["continent",{"option":"string"}],["postalCode",{"option":"string"}],["timeZone",{"option":"string"}],["asn",{"option":"u32"}],["asOrganization",{"option":"string"}],["userAgent",{"option":"string"}],["botScore",{"option":"u32"}],["consent",{"option":"string"}],["globalPrivacyControl",{"option":"bool"}],["doNotTrack",{"option":"bool"}]]}, []),
    }) satisfies Capabilities["request"],
  storage: (call: HostCall) =>
    ({
      get: (key) =>
        call.async(22, ["string"], {"option":"string"}, [key]),
      set: (key, value) =>
        call.async(23, ["string","string"], null, [key, value]),
      del: (key) =>
        call.async(24, ["string"], null, [key]),
      cursorInit: (key, initial) =>
        call.async(25, ["string","f64"], null, [key, initial]),
      cursorIncrement: (key, by) =>
        call.async(26, ["string","f64"], "f64", [key, by]),
    }) satisfies Capabilities["storage"],
  timers: (call: HostCall) =>
    ({
      sleep: (id, milliseconds) =>
        call.async(27, ["u32","f64"], null, [id, milliseconds]),
      cancel: (id) =>
        call.sync(28, ["u32"], null, [id]),
    }) satisfies Capabilities["timers"],
  url: (call: HostCall) =>
    ({
      parse: (input, base) =>
        call.sync(29, ["string",{"option":"string"}], {"record":[["href","string"],["origin","string"],["protocol","string"],["username","string"],["password","string"],["host","string"],["hostname","string"],["port","string"],["pathname","string"],["search","string"],["hash","string"]]}, [input, base]),
      update: (href, component, value) =>
        call.sync(30, ["string",{"enum":["href","protocol","username","password","host","hostname","port","pathname","search","hash"]},"string"], {"record":[["href","string"],["origin","string"],["protocol","string"],["username","string"],["password","string"],["host","string"],["hostname","string"],["port","string"],["pathname","string"],["search","string"],["hash","string"]]}, [href, component, value]),
    }) satisfies Capabilities["url"],
};
