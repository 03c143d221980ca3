import { describe, expect, test } from "vitest";

import { Snapshots } from "../../../runtime/snapshots.ts";
import { Sandbox } from "../../../runtime/sandbox.ts";
import type { SandboxOptions } from "../../../runtime/sandbox-options.ts";
import { DEFAULT_LIMITS } from "../../../runtime/limits.ts";
import { image } from "../support/image.ts";
import { Records } from "../support/records.ts";

const randomKey = () => new Uint8Array(32);

function optionsFor(code: string, records: Records): SandboxOptions {
  return {
    image,
    script: { code, filename: "x.js" },
    config: { secret: "s" },
    attachments: [],
    limits: DEFAULT_LIMITS,
    clock: { now: () => 0, utcOffset: () => 0 },
    randomKey: randomKey(),
    provide: (scope) => records.provide(scope),
    denials: {},
  };
}

/** Loads a plugin, sets it up, and gives what its sandbox can be replaced with. */
async function setUp(code: string) {
  const records = new Records(() => 0);
  const options = optionsFor(code, records);
  const sandbox = Sandbox.load(options);
  const { outcome } = await sandbox.call({ function: "setupPlugin", args: [], randomKey });
  return { sandbox, records, options, outcome, snapshot: sandbox.snapshot() };
}

const run = async (sandbox: Sandbox, event: unknown = {}): Promise<unknown> => {
  const { json } = await sandbox.call({ function: "onEvent", args: [JSON.stringify(event)], randomKey });
  return json === null ? null : JSON.parse(json);
};

const COUNTING = `
  let setups = 0; const big = Array.from({ length: 5000 }, (_, i) => "item " + i);
  exports.setupPlugin = (meta) => { setups++; meta.global.list = big.slice(0, 3); console.log("setup"); new URL("https://x.com/a").pathname };
  exports.onEvent = (event, meta) => { meta.global.seen = (meta.global.seen || 0) + 1; return [setups, meta.global.seen, meta.global.list, meta.config, big.length] };
`;

describe("a snapshot after setup", () => {
  test("goes on where the first sandbox was, without its script or setup being run", async () => {
    const { snapshot, options, records } = await setUp(COUNTING);
    if (!snapshot) throw new Error("there is no snapshot");
    expect(records.logs).toEqual([["log", "setup"]]);
    for (let i = 0; i < 2; i++) {
      const restored = Sandbox.restore(options, snapshot);
      expect(await run(restored)).toEqual([1, 1, ["item 0", "item 1", "item 2"], { secret: "s" }, 5000]);
      expect(await run(restored)).toEqual([1, 2, ["item 0", "item 1", "item 2"], { secret: "s" }, 5000]);
    }
    expect(records.logs).toHaveLength(1);
  });

  test("is the same place, to the fuel, as setting up anew", async () => {
    const { snapshot, options, sandbox } = await setUp(COUNTING);
    if (!snapshot) throw new Error("there is no snapshot");
    const fuelOf = async (of: Sandbox) =>
      (await of.call({ function: "onEvent", args: ["{}"], randomKey })).outcome.fuel;
    expect(await fuelOf(Sandbox.restore(options, snapshot))).toBe(await fuelOf(sandbox));
  });

  test("grown memory is restored", async () => {
    const { snapshot, options } = await setUp(
      "let b; exports.setupPlugin = () => { b = new Uint8Array(4e6).fill(7) }; exports.onEvent = () => [b.length, b[3999999]]",
    );
    if (!snapshot) throw new Error("there is no snapshot");
    expect(await run(Sandbox.restore(options, snapshot))).toEqual([4_000_000, 7]);
  });

  test("serves capabilities to the sandbox that uses them", async () => {
    const { snapshot, options, records } = await setUp(
      "exports.setupPlugin = () => {}; exports.onEvent = async (e, { cache }) => { await cache.set('k', 5); return cache.get('k') }",
    );
    if (!snapshot) throw new Error("there is no snapshot");
    expect(await run(Sandbox.restore(options, snapshot))).toBe(5);
    expect(await records.cache.get("k")).toBe("5");
  });

  test.each([
    ["reads the clock", "exports.setupPlugin = (m) => { m.global.at = Date.now() }"],
    ["makes a date", "exports.setupPlugin = (m) => { m.global.at = new Date() }"],
    ["draws a number", "exports.setupPlugin = (m) => { m.global.r = Math.random() }"],
    ["draws one in the script", "var r = Math.random(); exports.setupPlugin = () => {}"],
    ["reads the cache", "exports.setupPlugin = (m) => m.cache.get('k')"],
    ["fetches", "exports.setupPlugin = async (m) => { m.global.r = (await fetch('https://x.com')).status }"],
    ["captures", "exports.setupPlugin = () => posthog.capture('set up')"],
    ["waits", "exports.setupPlugin = () => new Promise((r) => setTimeout(r, 1))"],
    ["reads storage in the script", "exports.setupPlugin = (m) => m.storage.get('k')"],
    ["counts", "exports.metrics = { n: 'sum' }; exports.setupPlugin = (m) => m.metrics.n.increment(1)"],
  ])("is not taken of a plugin that %s while it is set up", async (_, code) => {
    const { outcome, snapshot } = await setUp(code);
    expect(outcome.kind).toBe("ok");
    expect(snapshot).toBeUndefined();
  });

  test("is not taken of a sandbox that is lost", async () => {
    const { sandbox } = await setUp("exports.setupPlugin = () => {}");
    expect(sandbox.snapshot()).toBeDefined();
    sandbox.dispose();
    expect(sandbox.snapshot()).toBeUndefined();
  });
});

test("snapshots are kept up to a number of bytes, the newest longest", async () => {
  const { snapshot } = await setUp(COUNTING);
  if (!snapshot) throw new Error("there is no snapshot");
  const one = snapshot.memory.blocks.reduce((bytes, [, block]) => bytes + block.length, 0);
  const snapshots = new Snapshots(one * 2);
  for (const key of ["a", "b", "c"]) snapshots.keep(key, snapshot);
  expect(["a", "b", "c"].map((key) => snapshots.get(key) !== undefined)).toEqual([false, true, true]);
  expect(snapshots.bytes).toBe(one * 2);
  snapshots.forget("b");
  snapshots.forget("b");
  expect(snapshots.bytes).toBe(one);
});
