import { describe, expect, test } from "vitest";

import { Pool } from "../../runtime/pool.ts";
import type { PoolMember } from "../../runtime/pool.ts";
import type { Sandbox } from "../../runtime/sandbox.ts";
import { image } from "./support/image.ts";
import { loadPlugin } from "./support/load-plugin.ts";

const PAGE = 65_536;
const ONE = image.pages * PAGE;

/** A pool with room for some sandboxes, and what happened in it. */
function poolFor(sandboxes: number) {
  const pool = new Pool(() => sandboxes * ONE, ONE);
  const told: string[] = [];
  const finishers: (() => void)[] = [];
  const member = (name: string, source = "export const onEvent = () => 1"): PoolMember => ({
    async build(mayGrow) {
      told.push(`build ${name}`);
      return (await loadPlugin(source, { mayGrow, limits: { memoryBytes: 32 * 1024 * 1024 } })).sandbox;
    },
    async retire(sandbox) {
      await sandbox.call({ function: "teardownPlugin", args: [], randomKey: () => new Uint8Array(32) });
      told.push(`retire ${name}`);
      await new Promise<void>((resolve) => finishers.push(resolve));
    },
  });
  const use = (name: string, source?: string) => pool.use(name, member(name, source), async (sandbox) => sandbox);
  return { pool, told, member, use, finishers };
}

const withTeardown = "export const teardownPlugin = () => {}; export const onEvent = () => 1";
const grow = (sandbox: Sandbox) =>
  sandbox.call({ function: "onEvent", args: ["{}"], randomKey: () => new Uint8Array(32) });
const GROWING = "const kept = []; export const onEvent = () => { kept.push(new Uint8Array(3e6)); return kept.length }";

describe("a sandbox", () => {
  test("is built once, whoever asks meanwhile, and found again", async () => {
    const { pool, told, use } = poolFor(2);
    const [first, second] = await Promise.all([use("a"), use("a")]);
    expect(first).toBe(second);
    expect(await use("a")).toBe(first);
    expect(told).toEqual(["build a"]);
    expect(pool.counts).toEqual({ hits: 2, misses: 1, evictions: 0, refusals: 0 });
  });

  test("whose build failed is built again", async () => {
    const { pool, member } = poolFor(2);
    const failing = { ...member("a"), build: () => Promise.reject(new Error("no")) };
    await expect(pool.use("a", failing, async () => 1)).rejects.toThrow("no");
    expect(await pool.use("a", member("a"), async () => 2)).toBe(2);
    expect(pool.bytes).toBe(ONE);
  });

  test("that was lost is replaced, and its memory is free again", async () => {
    const { pool, told, use } = poolFor(1);
    (await use("a")).dispose();
    await use("a");
    expect(told).toEqual(["build a", "build a"]);
    expect(pool.bytes).toBe(ONE);
  });
});

describe("eviction", () => {
  test("takes the least recently used, and none that is in use", async () => {
    const { pool, told, use, member } = poolFor(2);
    await use("a");
    await use("b");
    await use("a");
    await use("c");
    await use("a");
    expect(told).toEqual(["build a", "build b", "build c"]);
    await pool.use("a", member("a"), async () => {
      await use("d");
      await use("e");
    });
    await use("a");
    expect(told).toEqual(["build a", "build b", "build c", "build d", "build e"]);
    expect(pool.counts.evictions).toBe(3);
  });

  test("tears down first, and counts the memory until that is done", async () => {
    const { pool, told, use, finishers } = poolFor(2);
    const old = await use("a", withTeardown);
    await use("b");
    await use("c");
    await Promise.resolve();
    expect(pool.bytes).toBe(2 * ONE);
    expect(old.lost).toBe(false);
    await expect.poll(() => told.toSorted()).toEqual(["build a", "build b", "build c", "retire a"]);
    for (const finish of finishers) finish();
    await expect.poll(() => old.lost).toBe(true);
    expect(pool.bytes).toBe(ONE);
  });
});

describe("growth", () => {
  test("is granted from the budget, and evicts who idles", async () => {
    const { pool, use } = poolFor(3);
    await use("idle");
    const growing = await use("growing", GROWING);
    expect((await grow(growing)).outcome.kind).toBe("ok");
    expect(pool.counts).toMatchObject({ evictions: 1, refusals: 0 });
    expect(pool.bytes).toBe(growing.memoryBytes);
  });

  test("past the budget ends the grower, and nobody else", async () => {
    const { pool, member } = poolFor(4);
    await pool.use("growing", member("growing", GROWING), (growing) =>
      pool.use("busy", member("busy"), async (busy) => {
        const outcomes = [];
        for (let i = 0; i < 4 && !growing.lost; i++) outcomes.push((await grow(growing)).outcome);
        expect(outcomes.at(-1)).toMatchObject({ kind: "memory", limit: "memoryBytes" });
        expect(pool.bytes).toBeLessThanOrEqual(4 * ONE);
        expect((await grow(busy)).outcome.kind).toBe("ok");
      }),
    );
    expect(pool.counts.refusals).toBeGreaterThan(0);
    expect(pool.bytes).toBe(ONE);
  });

  test("twenty idle sandboxes of a small plugin fit into 48 MiB", async () => {
    const hello = `export function processEvent(event, { config }) { event.properties.hello = "world"; return event }`;
    const sandboxes = [];
    for (let i = 0; i < 20; i++) {
      const plugin = await loadPlugin(hello);
      await plugin.run("processEvent", { event: "e", properties: {} });
      sandboxes.push(plugin.sandbox);
    }
    expect(sandboxes.reduce((bytes, { memoryBytes }) => bytes + memoryBytes, 0)).toBeLessThan(48 * 1024 * 1024);
  });
});
