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
  buffers: (call: HostCall) =>
    ({
      add: (to, object, points) =>
        call.sync(1, [{"record":[["number","u32"],["limit","f64"],["timeoutSeconds","f64"]]},"string","f64"], "bool", [to, object, points]),
      flush: (number) =>
        call.sync(2, ["u32"], null, [number]),
    }) satisfies Capabilities["buffers"],
  cache: (call: HostCall) =>
    ({
      get: (key) =>
        call.async(3, ["string"], {"option":"string"}, [key]),
      set: (key, value, ttlSeconds) =>
        call.async(4, ["string","string",{"option":"u32"}], null, [key, value, ttlSeconds]),
      incr: (key) =>
        call.async(5, ["string"], "f64", [key]),
      expire: (key, ttlSeconds) =>
        call.async(6, ["string","u32"], "bool", [key, ttlSeconds]),
      lpush: (key, elements) =>
        call.async(7, ["string",{"list":"string"}], "u32", [key, elements]),
      lrange: (key, start, stop) =>
        call.async(8, ["string","s32","s32"], {"list":"string"}, [key, start, stop]),
      llen: (key) =>
        call.async(9, ["string"], "u32", [key]),
      lpop: (key, count) =>
        call.async(10, ["string","u32"], {"list":"string"}, [key, count]),
      lrem: (key, count, element) =>
        call.async(11, ["string","s32","string"], "u32", [key, count, element]),
    }) satisfies Capabilities["cache"],
  crypto: (call: HostCall) =>
    ({
      random: (length) =>
        call.sync(12, ["u32"], "bytes", [length]),
      digest: (algorithm, data) =>
        call.sync(13, ["string","bytes"], "bytes", [algorithm, data]),
      hmac: (algorithm, key, data) =>
        call.sync(14, ["string","bytes","bytes"], "bytes", [algorithm, key, data]),
      readKey: (kind, source) =>
        call.sync(15, [{"enum":["private","public"]},{"variant":[["pem","string"],["der",{"tuple":["bytes","string"]}],["jwk","string"]]}], {"record":[["pem","string"],["keyType","string"],["modulusLength",{"option":"u32"}],["namedCurve",{"option":"string"}]]}, [kind, source]),
      sign: (privateKey, options, data) =>
        call.sync(16, ["string",{"record":[["digest",{"option":"string"}],["padding",{"option":"u32"}],["saltLength",{"option":"s32"}],["dsaEncoding","string"]]},"bytes"], "bytes", [privateKey, options, data]),
      verify: (publicKey, options, data, signature) =>
        call.sync(17, ["string",{"record":[["digest",{"option":"string"}],["padding",{"option":"u32"}],["saltLength",{"option":"s32"}],["dsaEncoding","string"]]},"bytes","bytes"], "bool", [publicKey, options, data, signature]),
      cipher: (direction, input) =>
        call.sync(18, [{"enum":["encrypt","decrypt"]},{"record":[["algorithm","string"],["key","bytes"],["iv","bytes"],["data","bytes"],["aad","bytes"],["authTag",{"option":"bytes"}],["autoPadding","bool"]]}], {"record":[["data","bytes"],["authTag",{"option":"bytes"}]]}, [direction, input]),
      pbkdf2: (digest, password, salt, iterations, length) =>
        call.sync(19, ["string","bytes","bytes","u32","u32"], "bytes", [digest, password, salt, iterations, length]),
      scrypt: (password, salt, cost, length) =>
        call.sync(20, ["bytes","bytes",{"record":[["cost","u32"],["blockSize","u32"],["parallelization","u32"]]},"u32"], "bytes", [password, salt, cost, length]),
    }) satisfies Capabilities["crypto"],
  encoding: (call: HostCall) =>
    ({
      name: (label) =>
        call.sync(21, ["string"], "string", [label]),
      encode: (text) =>
        call.sync(22, ["string"], "bytes", [text]),
      decode: (bytes, label, fatal, ignoreBom) =>
        call.sync(23, ["bytes","string","bool","bool"], "string", [bytes, label, fatal, ignoreBom]),
    }) satisfies Capabilities["encoding"],
  fetch: (call: HostCall) =>
    ({
      send: (request) =>
        call.async(24, [{"record":[["url","string"],["method","string"],["headers",{"list":{"tuple":["string","string"]}}],["body",{"option":{"variant":[["text","string"],["params","string"],["bytes","bytes"],["form",{"list":{"record":[["name","string"],["value","bytes"],["filename",{"option":"string"}],["contentType",{"option":"string"}]]}}]]}}],["redirect",{"enum":["follow","manual","error"]}],["id",{"option":"u32"}]]}], {"record":[["status","u16"],["statusText","string"],["headers",{"list":{"tuple":["string","string"]}}],["url","string"],["redirected","bool"],["body","bytes"]]}, [request]),
      cancel: (id) =>
        call.sync(25, ["u32"], null, [id]),
    }) satisfies Capabilities["fetch"],
  geoip: (call: HostCall) =>
    ({
      locate: (ip) =>
        call.async(26, ["string"], {"option":"string"}, [ip]),
    }) satisfies Capabilities["geoip"],
  intl: (call: HostCall) =>
    ({
      resolve: (kind, locales, options) =>
        call.sync(27, [{"enum":["date","number"]},{"list":"string"},{"list":{"tuple":["string","string"]}}], "string", [kind, locales, options]),
      format: (kind, locales, options, value) =>
        call.sync(28, [{"enum":["date","number"]},{"list":"string"},{"list":{"tuple":["string","string"]}},"string"], {"list":{"tuple":["string","string"]}}, [kind, locales, options, value]),
    }) satisfies Capabilities["intl"],
  jobs: (call: HostCall) =>
    ({
      enqueue: (name, payload, due) =>
        call.async(29, ["string",{"option":"string"},{"variant":[["now",null],["after",{"record":[["amount","f64"],["unit","string"]]}],["at","string"]]}], null, [name, payload, due]),
    }) satisfies Capabilities["jobs"],
  log: (call: HostCall) =>
    ({
      write: (level, message) =>
        call.sync(30, [{"enum":["debug","log","info","warn","error"]},"string"], null, [level, message]),
    }) satisfies Capabilities["log"],
  metrics: (call: HostCall) =>
    ({
      write: (name, operation, value) =>
        call.sync(31, ["string",{"enum":["increment","max","min"]},"f64"], null, [name, operation, value]),
    }) satisfies Capabilities["metrics"],
  mmdb: (call: HostCall) =>
    ({
      metadata: (attachment) =>
        call.sync(32, ["u32"], {"option":"string"}, [attachment]),
      get: (attachment, ip) =>
        call.sync(33, ["u32","string"], {"record":[["value",{"option":"string"}],["prefixLength","u32"]]}, [attachment, ip]),
    }) satisfies Capabilities["mmdb"],
  posthog: (call: HostCall) =>
    ({
      capture: (event, properties) =>
        call.async(34, ["string","string"], null, [event, properties]),
      api: (request) =>
        call.async(35, [{"record":[["method",{"enum":["get","post","put","delete"]}],["path","string"],["data",{"option":"string"}],["host",{"option":"string"}],["projectApiKey",{"option":"string"}],["personalApiKey",{"option":"string"}]]}], {"record":[["status","u16"],["statusText","string"],["headers",{"list":{"tuple":["string","string"]}}],["url","string"],["redirected","bool"],["body","bytes"]]}, [request]),
    }) satisfies Capabilities["posthog"],
  request: (call: HostCall) =>
    ({
      read: () =>
        call.sync(36, [], {"record":[["country",{"option":"string"}],["city",{"option":"string"}],["region",{"option":"string"}],["regionCode",{"option":"string"}],["continent",{"option":"string"}],["postalCode",{"option":"string"}],["timeZone",{"option":"string"}],["asn",{"option":"u32"}],["asOrganization",{"option":"string"}],["userAgent",{"option":"string"}],["botScore",{"option":"u32"}],["consent",{"option":"string"}],["globalPrivacyControl",{"option":"bool"}],["doNotTrack",{"option":"bool"}]]}, []),
    }) satisfies Capabilities["request"],
  storage: (call: HostCall) =>
    ({
      get: (key) =>
        call.async(37, ["string"], {"option":"string"}, [key]),
      set: (key, value) =>
        call.async(38, ["string","string"], null, [key, value]),
      del: (key) =>
        call.async(39, ["string"], null, [key]),
      cursorInit: (key, initial) =>
        call.async(40, ["string","f64"], null, [key, initial]),
      cursorIncrement: (key, by) =>
        call.async(41, ["string","f64"], "f64", [key, by]),
    }) satisfies Capabilities["storage"],
  timers: (call: HostCall) =>
    ({
      sleep: (id, milliseconds) =>
        call.async(42, ["u32","f64"], null, [id, milliseconds]),
      sleepUnref: (id, milliseconds) =>
        call.async(43, ["u32","f64"], null, [id, milliseconds]),
      cancel: (id) =>
        call.sync(44, ["u32"], null, [id]),
    }) satisfies Capabilities["timers"],
  url: (call: HostCall) =>
    ({
      parse: (input, base) =>
        call.sync(45, ["string",{"option":"string"}], {"record":[["href","string"],["origin","string"],["protocol","string"],["username","string"],["password","string"],["host","string"],["hostname","string"],["port","string"],["pathname","string"],["search","string"],["hash","string"]]}, [input, base]),
      update: (href, component, value) =>
        call.sync(46, ["string",{"enum":["href","protocol","username","password","host","hostname","port","pathname","search","hash"]},"string"], {"record":[["href","string"],["origin","string"],["protocol","string"],["username","string"],["password","string"],["host","string"],["hostname","string"],["port","string"],["pathname","string"],["search","string"],["hash","string"]]}, [href, component, value]),
    }) satisfies Capabilities["url"],
  zlib: (call: HostCall) =>
    ({
      compress: (format, data, level) =>
        call.sync(47, [{"enum":["gzip","deflate","deflate-raw","brotli"]},"bytes",{"option":"s32"}], "bytes", [format, data, level]),
      decompress: (format, data, maxLength) =>
        call.sync(48, [{"enum":["gzip","deflate","deflate-raw","brotli"]},"bytes","u32"], "bytes", [format, data, maxLength]),
    }) satisfies Capabilities["zlib"],
};
