import { expect, test } from "vitest";

import { PLUGIN_FUNCTIONS } from "../../wit/plugin-functions.ts";
import { CAPABILITY_NAMES, HANDLERS, OPERATIONS } from "../../wit/generated/contract.ts";
import type { Capabilities, CapabilityName } from "../../wit/generated/contract.ts";
import { exampleMmdb } from "../cli/mmdb/example.ts";
import { loadPlugin } from "./support/load-plugin.ts";
import { Records } from "./support/records.ts";

/** Where a plugin sees each interface. */
const FACES: Record<CapabilityName, string | null> = {
  attachments: "meta.attachments",
  buffers: "require('@posthog/plugin-contrib').createBuffer",
  cache: "meta.cache",
  crypto: "crypto",
  encoding: "Response.prototype.text",
  fetch: "fetch",
  geoip: "meta.geoip",
  intl: "Intl",
  jobs: "meta.jobs",
  log: "console",
  metrics: "meta.metrics",
  mmdb: "require('mmdb-lib').Reader",
  posthog: "posthog",
  request: "meta.request",
  storage: "meta.storage",
  timers: "setTimeout",
  url: "URL",
  zlib: "require",
};

const ATTACHMENTS = [
  { key: "db", contentType: "application/octet-stream", fileName: "db.mmdb", contents: new Uint8Array(exampleMmdb()) },
  { key: "text", contentType: "text/plain", fileName: "t", contents: new Uint8Array(1) },
];

const USE_EVERYTHING = `
  exports.metrics = { n: "sum" };
  const buffer = require("@posthog/plugin-contrib").createBuffer();
  exports.onEvent = async (event, { attachments, request, cache, geoip, jobs, metrics, storage, utils }) => {
    await cache.set("k", 1); await cache.get("k"); await cache.incr("k"); await cache.expire("k", 1);
    await cache.lpush("l", "v"); await cache.lrange("l", 0, 1); await cache.llen("l"); await cache.lpop("l", 1); await cache.lrem("l", 1, "v");
    await storage.set("k", 1); await storage.get("k"); await storage.del("k");
    await utils.cursor.init("c"); await utils.cursor.increment("c");
    await geoip.locate("1.2.3.4");
    await jobs.x().runNow();
    metrics.n.increment(1);
    buffer.add(1); await buffer.flush();
    await posthog.capture("e"); await posthog.api.get("/api/x");
      const aborter = new AbortController();
      const aborted = fetch("https://x.com", { signal: aborter.signal }).catch(() => {});
      aborter.abort();
      await aborted;
    await (await fetch("https://x.com")).text();
    new TextDecoder("latin1").decode(new TextEncoder().encode("x".repeat(100)));
    new Intl.NumberFormat().format(1);
    console.log("m");
    clearTimeout(setTimeout(() => {}, 1));
    setTimeout(() => {}, 1).unref();
    crypto.randomUUID();
    const c = require("crypto");
    c.createHash("md5").digest(); c.createHmac("md5", "k").digest();
    const refused = (use) => { try { use() } catch {} };
    refused(() => c.createPrivateKey("no key")); refused(() => c.sign("sha1", "x", "no key")); refused(() => c.verify("sha1", "x", "no key", "x"));
    refused(() => c.createCipheriv("aes-128-cbc", "short", "short").final());
    c.pbkdf2Sync("p", "s", 1, 1, "md5"); c.scryptSync("p", "s", 1, { N: 2 });
    require("zlib").gunzipSync(require("zlib").gzipSync("x"));
    new (require("mmdb-lib").Reader)(attachments.db.contents).get("192.0.2.1");
    attachments.text.contents; request.country;
    new URL("https://x.com").search = "?a";
  };
`;

/** Providers like `all` that note which of their functions were called. */
function noting(all: Capabilities, used: Set<string>): Capabilities {
  const noted = Object.entries(all).map(([of, functions]) => {
    const wrapped = Object.entries(functions as Record<string, (...args: unknown[]) => unknown>).map(
      ([name, provided]) => [name, (...args: unknown[]) => (used.add(`${of}.${name}`), provided(...args))] as const,
    );
    return [of, Object.fromEntries(wrapped)];
  });
  return Object.fromEntries(noted) as unknown as Capabilities;
}

test("every operation of the contract is behind something that a plugin sees", async () => {
  const used = new Set<string>();
  const plugin = await loadPlugin(USE_EVERYTHING, {
    attachments: ATTACHMENTS,
    provide: (scope) => noting(new Records(() => 0).provide(scope, ATTACHMENTS), used),
  });
  await plugin.run("onEvent", {});
  const all = OPERATIONS.map((operation) => `${operation.interface}.${operation.name}`);
  expect([...used].toSorted()).toEqual(all.toSorted());
});

test("every interface of the contract has its face in the guest", async () => {
  expect(Object.keys(FACES)).toEqual(CAPABILITY_NAMES);
  const faces = Object.values(FACES).filter((face) => face !== null);
  const plugin = await loadPlugin(
    `export const onEvent = (event, meta) => [${faces.map((face) => `typeof ${face}`).join()}]`,
  );
  for (const type of (await plugin.run("onEvent", {})) as string[]) expect(["object", "function"]).toContain(type);
});

test("what meta has is behind an interface, or is the guest's own", async () => {
  const plugin = await loadPlugin("export const onEvent = (event, meta) => Object.keys(meta)");
  const own = ["config", "global", "utils"];
  const names = (await plugin.run("onEvent", {})) as string[];
  expect(names.filter((name) => !own.includes(name)).toSorted()).toEqual([
    "attachments",
    "cache",
    "geoip",
    "jobs",
    "metrics",
    "request",
    "storage",
  ]);
});

test("every function of the contract is found and called under its name", async () => {
  const names = PLUGIN_FUNCTIONS;
  const plugin = await loadPlugin(
    `${names.map((name) => `exports.${name} = () => console.log("${name}");`).join("")} exports.jobs = { j: () => console.log("runJob") };
    require("@posthog/plugin-contrib").createBuffer({ onFlush: () => console.log("flushBuffer") });
    exports.runEveryOther = () => console.log("runTask");
    exports.runJob = exports.runTask = exports.flushBuffer = () => console.log("no function of plugins");`,
  );
  expect(plugin.sandbox.discovery).toMatchObject({ handlers: names, tasks: ["runEveryOther"] });
  const args: Record<string, unknown[]> = { runJob: ["j"], runTask: ["runEveryOther"], flushBuffer: [0, [], 0] };
  for (const { name } of HANDLERS) await plugin.call(name, args[name] ?? [{}]);
  expect(plugin.records.logs.map(([, message]) => message)).toEqual(HANDLERS.map(({ name }) => name));
});
