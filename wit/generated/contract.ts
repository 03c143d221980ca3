// Generated from wit/*.wit by `npm run wit`. Do not edit.

import type { Func, Operation } from "../type.ts";

/** Every capability function; its index is its number at the boundary. */
export const OPERATIONS = [
  {"interface":"attachments","name":"read","async":false,"params":[["attachment","u32"]],"result":"bytes","fallible":true},
  {"interface":"buffers","name":"add","async":false,"params":[["to",{"record":[["number","u32"],["limit","f64"],["timeoutSeconds","f64"]]}],["object","string"],["points","f64"]],"result":"bool","fallible":true},
  {"interface":"buffers","name":"flush","async":false,"params":[["number","u32"]],"result":null,"fallible":true},
  {"interface":"cache","name":"get","async":true,"params":[["key","string"]],"result":{"option":"string"},"fallible":true},
  {"interface":"cache","name":"set","async":true,"params":[["key","string"],["value","string"],["ttl-seconds",{"option":"u32"}]],"result":null,"fallible":true},
  {"interface":"cache","name":"incr","async":true,"params":[["key","string"]],"result":"f64","fallible":true},
  {"interface":"cache","name":"expire","async":true,"params":[["key","string"],["ttl-seconds","u32"]],"result":"bool","fallible":true},
  {"interface":"cache","name":"lpush","async":true,"params":[["key","string"],["elements",{"list":"string"}]],"result":"u32","fallible":true},
  {"interface":"cache","name":"lrange","async":true,"params":[["key","string"],["start","s32"],["stop","s32"]],"result":{"list":"string"},"fallible":true},
  {"interface":"cache","name":"llen","async":true,"params":[["key","string"]],"result":"u32","fallible":true},
  {"interface":"cache","name":"lpop","async":true,"params":[["key","string"],["count","u32"]],"result":{"list":"string"},"fallible":true},
  {"interface":"cache","name":"lrem","async":true,"params":[["key","string"],["count","s32"],["element","string"]],"result":"u32","fallible":true},
  {"interface":"crypto","name":"random","async":false,"params":[["length","u32"]],"result":"bytes","fallible":true},
  {"interface":"crypto","name":"digest","async":false,"params":[["algorithm","string"],["data","bytes"]],"result":"bytes","fallible":true},
  {"interface":"crypto","name":"hmac","async":false,"params":[["algorithm","string"],["key","bytes"],["data","bytes"]],"result":"bytes","fallible":true},
  {"interface":"crypto","name":"readKey","async":false,"params":[["kind",{"enum":["private","public"]}],["source",{"variant":[["pem","string"],["der",{"tuple":["bytes","string"]}],["jwk","string"]]}]],"result":{"record":[["pem","string"],["keyType","string"],["modulusLength",{"option":"u32"}],["namedCurve",{"option":"string"}]]},"fallible":true},
  {"interface":"crypto","name":"sign","async":false,"params":[["private-key","string"],["options",{"record":[["digest",{"option":"string"}],["padding",{"option":"u32"}],["saltLength",{"option":"s32"}],["dsaEncoding","string"]]}],["data","bytes"]],"result":"bytes","fallible":true},
  {"interface":"crypto","name":"verify","async":false,"params":[["public-key","string"],["options",{"record":[["digest",{"option":"string"}],["padding",{"option":"u32"}],["saltLength",{"option":"s32"}],["dsaEncoding","string"]]}],["data","bytes"],["signature","bytes"]],"result":"bool","fallible":true},
  {"interface":"crypto","name":"cipher","async":false,"params":[["direction",{"enum":["encrypt","decrypt"]}],["input",{"record":[["algorithm","string"],["key","bytes"],["iv","bytes"],["data","bytes"],["aad","bytes"],["authTag",{"option":"bytes"}],["autoPadding","bool"]]}]],"result":{"record":[["data","bytes"],["authTag",{"option":"bytes"}]]},"fallible":true},
  {"interface":"crypto","name":"pbkdf2","async":false,"params":[["digest","string"],["password","bytes"],["salt","bytes"],["iterations","u32"],["length","u32"]],"result":"bytes","fallible":true},
  {"interface":"crypto","name":"scrypt","async":false,"params":[["password","bytes"],["salt","bytes"],["cost",{"record":[["cost","u32"],["blockSize","u32"],["parallelization","u32"]]}],["length","u32"]],"result":"bytes","fallible":true},
  {"interface":"encoding","name":"name","async":false,"params":[["label","string"]],"result":"string","fallible":true},
  {"interface":"encoding","name":"encode","async":false,"params":[["text","string"]],"result":"bytes","fallible":false},
  {"interface":"encoding","name":"decode","async":false,"params":[["bytes","bytes"],["label","string"],["fatal","bool"],["ignore-bom","bool"]],"result":"string","fallible":true},
  {"interface":"fetch","name":"send","async":true,"params":[["request",{"record":[["url","string"],["method","string"],["headers",{"list":{"tuple":["string","string"]}}],["body",{"option":{"variant":[["text","string"],["params","string"],["bytes","bytes"],["form",{"list":{"record":[["name","string"],["value","bytes"],["filename",{"option":"string"}],["contentType",{"option":"string"}]]}}]]}}],["redirect",{"enum":["follow","manual","error"]}],["id",{"option":"u32"}]]}]],"result":{"record":[["status","u16"],["statusText","string"],["headers",{"list":{"tuple":["string","string"]}}],["url","string"],["redirected","bool"],["body","bytes"]]},"fallible":true},
  {"interface":"fetch","name":"cancel","async":false,"params":[["id","u32"]],"result":null,"fallible":false},
  {"interface":"geoip","name":"locate","async":true,"params":[["ip","string"]],"result":{"option":"string"},"fallible":true},
  {"interface":"intl","name":"resolve","async":false,"params":[["kind",{"enum":["date","number"]}],["locales",{"list":"string"}],["options",{"list":{"tuple":["string","string"]}}]],"result":"string","fallible":true},
  {"interface":"intl","name":"format","async":false,"params":[["kind",{"enum":["date","number"]}],["locales",{"list":"string"}],["options",{"list":{"tuple":["string","string"]}}],["value","string"]],"result":{"list":{"tuple":["string","string"]}},"fallible":true},
  {"interface":"jobs","name":"enqueue","async":true,"params":[["name","string"],["payload",{"option":"string"}],["due",{"variant":[["now",null],["after",{"record":[["amount","f64"],["unit","string"]]}],["at","string"]]}]],"result":null,"fallible":true},
  {"interface":"log","name":"write","async":false,"params":[["level",{"enum":["debug","log","info","warn","error"]}],["message","string"]],"result":null,"fallible":false},
  {"interface":"metrics","name":"write","async":false,"params":[["name","string"],["operation",{"enum":["increment","max","min"]}],["value","f64"]],"result":null,"fallible":true},
  {"interface":"mmdb","name":"metadata","async":false,"params":[["attachment","u32"]],"result":{"option":"string"},"fallible":false},
  {"interface":"mmdb","name":"get","async":false,"params":[["attachment","u32"],["ip","string"]],"result":{"record":[["value",{"option":"string"}],["prefixLength","u32"]]},"fallible":true},
  {"interface":"posthog","name":"capture","async":true,"params":[["event","string"],["properties","string"]],"result":null,"fallible":true},
  {"interface":"posthog","name":"api","async":true,"params":[["request",{"record":[["method",{"enum":["get","post","put","delete"]}],["path","string"],["data",{"option":"string"}],["host",{"option":"string"}],["projectApiKey",{"option":"string"}],["personalApiKey",{"option":"string"}]]}]],"result":{"record":[["status","u16"],["statusText","string"],["headers",{"list":{"tuple":["string","string"]}}],["url","string"],["redirected","bool"],["body","bytes"]]},"fallible":true},
  {"interface":"request","name":"read","async":false,"params":[],"result":{"record":[["country",{"option":"string"}],["city",{"option":"string"}],["region",{"option":"string"}],["regionCode",{"option":"string"}],["continent",{"option":"string"}],["postalCode",{"option":"string"}],["timeZone",{"option":"string"}],["asn",{"option":"u32"}],["asOrganization",{"option":"string"}],["userAgent",{"option":"string"}],["botScore",{"option":"u32"}],["consent",{"option":"string"}],["globalPrivacyControl",{"option":"bool"}],["doNotTrack",{"option":"bool"}]]},"fallible":false},
  {"interface":"storage","name":"get","async":true,"params":[["key","string"]],"result":{"option":"string"},"fallible":true},
  {"interface":"storage","name":"set","async":true,"params":[["key","string"],["value","string"]],"result":null,"fallible":true},
  {"interface":"storage","name":"del","async":true,"params":[["key","string"]],"result":null,"fallible":true},
  {"interface":"storage","name":"cursorInit","async":true,"params":[["key","string"],["initial","f64"]],"result":null,"fallible":true},
  {"interface":"storage","name":"cursorIncrement","async":true,"params":[["key","string"],["by","f64"]],"result":"f64","fallible":true},
  {"interface":"timers","name":"sleep","async":true,"params":[["id","u32"],["milliseconds","f64"]],"result":null,"fallible":true},
  {"interface":"timers","name":"sleepUnref","async":true,"params":[["id","u32"],["milliseconds","f64"]],"result":null,"fallible":true},
  {"interface":"timers","name":"cancel","async":false,"params":[["id","u32"]],"result":null,"fallible":false},
  {"interface":"url","name":"parse","async":false,"params":[["input","string"],["base",{"option":"string"}]],"result":{"record":[["href","string"],["origin","string"],["protocol","string"],["username","string"],["password","string"],["host","string"],["hostname","string"],["port","string"],["pathname","string"],["search","string"],["hash","string"]]},"fallible":true},
  {"interface":"url","name":"update","async":false,"params":[["href","string"],["component",{"enum":["href","protocol","username","password","host","hostname","port","pathname","search","hash"]}],["value","string"]],"result":{"record":[["href","string"],["origin","string"],["protocol","string"],["username","string"],["password","string"],["host","string"],["hostname","string"],["port","string"],["pathname","string"],["search","string"],["hash","string"]]},"fallible":true},
  {"interface":"zlib","name":"compress","async":false,"params":[["format",{"enum":["gzip","deflate","deflate-raw","brotli"]}],["data","bytes"],["level",{"option":"s32"}]],"result":"bytes","fallible":true},
  {"interface":"zlib","name":"decompress","async":false,"params":[["format",{"enum":["gzip","deflate","deflate-raw","brotli"]}],["data","bytes"],["max-length","u32"]],"result":"bytes","fallible":true},
] as const satisfies readonly Operation[];

/** Every function that a plugin may have. */
export const HANDLERS = [
  {"name":"setupPlugin","async":true,"params":[],"result":{"option":"string"},"fallible":false},
  {"name":"teardownPlugin","async":true,"params":[],"result":{"option":"string"},"fallible":false},
  {"name":"processEvent","async":true,"params":[["event","string"]],"result":{"option":"string"},"fallible":false},
  {"name":"processEventBatch","async":true,"params":[["events","string"]],"result":{"option":"string"},"fallible":false},
  {"name":"onEvent","async":true,"params":[["event","string"]],"result":{"option":"string"},"fallible":false},
  {"name":"onSnapshot","async":true,"params":[["event","string"]],"result":{"option":"string"},"fallible":false},
  {"name":"exportEvents","async":true,"params":[["events","string"]],"result":{"option":"string"},"fallible":false},
  {"name":"composeWebhook","async":true,"params":[["event","string"]],"result":{"option":"string"},"fallible":false},
  {"name":"getSettings","async":true,"params":[],"result":{"option":"string"},"fallible":false},
  {"name":"runEveryMinute","async":true,"params":[],"result":{"option":"string"},"fallible":false},
  {"name":"runEveryHour","async":true,"params":[],"result":{"option":"string"},"fallible":false},
  {"name":"runEveryDay","async":true,"params":[],"result":{"option":"string"},"fallible":false},
  {"name":"runTask","async":true,"params":[["name","string"]],"result":{"option":"string"},"fallible":false},
  {"name":"flushBuffer","async":true,"params":[["buffer","u32"],["objects","string"],["points","f64"]],"result":{"option":"string"},"fallible":false},
  {"name":"runJob","async":true,"params":[["name","string"],["payload",{"option":"string"}]],"result":{"option":"string"},"fallible":false},
] as const satisfies readonly Func[];

/** How a call can end. */
export const OUTCOME_KINDS = ["ok","dropped","threw","retry","timeout","fuel","memory","stack","limit","denied","bad-return"] as const;
export type OutcomeKind = import("./types/interfaces/hoglet-plugin-types.d.ts").OutcomeKind;

/** What the host provides, interface by interface. */
export interface Capabilities {
  attachments: typeof import("./types/interfaces/hoglet-plugin-attachments.d.ts");
  buffers: typeof import("./types/interfaces/hoglet-plugin-buffers.d.ts");
  cache: typeof import("./types/interfaces/hoglet-plugin-cache.d.ts");
  crypto: typeof import("./types/interfaces/hoglet-plugin-crypto.d.ts");
  encoding: typeof import("./types/interfaces/hoglet-plugin-encoding.d.ts");
  fetch: typeof import("./types/interfaces/hoglet-plugin-fetch.d.ts");
  geoip: typeof import("./types/interfaces/hoglet-plugin-geoip.d.ts");
  intl: typeof import("./types/interfaces/hoglet-plugin-intl.d.ts");
  jobs: typeof import("./types/interfaces/hoglet-plugin-jobs.d.ts");
  log: typeof import("./types/interfaces/hoglet-plugin-log.d.ts");
  metrics: typeof import("./types/interfaces/hoglet-plugin-metrics.d.ts");
  mmdb: typeof import("./types/interfaces/hoglet-plugin-mmdb.d.ts");
  posthog: typeof import("./types/interfaces/hoglet-plugin-posthog.d.ts");
  request: typeof import("./types/interfaces/hoglet-plugin-request.d.ts");
  storage: typeof import("./types/interfaces/hoglet-plugin-storage.d.ts");
  timers: typeof import("./types/interfaces/hoglet-plugin-timers.d.ts");
  url: typeof import("./types/interfaces/hoglet-plugin-url.d.ts");
  zlib: typeof import("./types/interfaces/hoglet-plugin-zlib.d.ts");
}
export type CapabilityName = keyof Capabilities;
export const CAPABILITY_NAMES = ["attachments","buffers","cache","crypto","encoding","fetch","geoip","intl","jobs","log","metrics","mmdb","posthog","request","storage","timers","url","zlib"] as const satisfies readonly CapabilityName[];

/** What the host may ask of a plugin. */
export type Handlers = typeof import("./types/interfaces/hoglet-plugin-handlers.d.ts");
export type HandlerName = keyof Handlers;
