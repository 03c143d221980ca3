import { describe, expect, test } from "vitest";

import { CallRandom } from "../../../runtime/random.ts";
import { loadPlugin } from "../support/load-plugin.ts";

const key = (n: number) => new Uint8Array(32).fill(n);

const SOURCE = `
  export const onEvent = () => [Math.random(), Math.random(), Math.random()];
  export async function processEvent() { const a = Math.random(); await null; return { draws: [a, Math.random(), Math.random()] } }
`;

async function drawn(keyOfCall: Uint8Array): Promise<number[]> {
  const { json } = await (await loadPlugin(SOURCE)).call("onEvent", [{}], keyOfCall);
  return JSON.parse(String(json)) as number[];
}

describe("Math.random", () => {
  test("draws the same for the same key, in another sandbox and in a call again", async () => {
    const first = await drawn(key(1));
    expect(await drawn(key(1))).toEqual(first);
    const plugin = await loadPlugin(SOURCE);
    for (let i = 0; i < 2; i++) {
      const { json } = await plugin.call("processEvent", [{}], key(1));
      expect(JSON.parse(String(json))).toEqual({ draws: first });
    }
  });

  test("draws differently for another key, be it by one bit", async () => {
    const flipped = key(1);
    flipped[31] = 0;
    const draws = await Promise.all([key(1), key(2), key(255), flipped].map(drawn));
    expect(new Set(draws.flat()).size).toBe(12);
  });

  test("has a key of its own while the script is loaded", async () => {
    const atLoad = async (randomKey: Uint8Array) => {
      const plugin = await loadPlugin("const drawn = Math.random(); export const onEvent = () => drawn", { randomKey });
      return plugin.run("onEvent", {});
    };
    expect(await atLoad(key(1))).toBe(await atLoad(key(1)));
    expect(await atLoad(key(1))).not.toBe(await atLoad(key(2)));
  });

  test("draws evenly from 0 to 1", async () => {
    const plugin = await loadPlugin(`
      export function onEvent() {
        const buckets = Array(10).fill(0);
        for (let i = 0; i < 20000; i++) { const x = Math.random(); if (!(x >= 0 && x < 1)) throw x; buckets[Math.floor(x * 10)]++ }
        return buckets;
      }
    `);
    for (const bucket of (await plugin.run("onEvent", {})) as number[])
      expect(Math.abs(bucket - 2000)).toBeLessThan(250);
  });
});

test("the guest's clock is the host's, and stands still within a call", async () => {
  const plugin = await loadPlugin(
    "export const onEvent = () => { const a = Date.now(); for (let i = 0; i < 1e5; i++); return [a, Date.now() - a, new Date().toISOString()] }",
  );
  expect(await plugin.run("onEvent", {})).toEqual([Date.UTC(2020, 0, 1), 0, "2020-01-01T00:00:00.000Z"]);
  plugin.clock.now += 60_000;
  expect(await plugin.run("onEvent", {})).toEqual([Date.UTC(2020, 0, 1, 0, 1), 0, "2020-01-01T00:01:00.000Z"]);
});

describe("CallRandom", () => {
  test("gives one stream for a key, whatever the parts in which it is drawn are called", () => {
    const [a, b] = [new CallRandom(key(3)), new CallRandom(key(3))];
    expect([a.bytes(5), a.seed(), a.bytes(0), a.bytes(1)]).toEqual([b.bytes(5), b.seed(), b.bytes(0), b.bytes(1)]);
  });

  test("never repeats itself", () => {
    const random = new CallRandom(key(3));
    const seen = new Set(Array.from({ length: 100 }, () => random.bytes(16).join()));
    expect(seen.size).toBe(100);
  });

  test("has a bound, as crypto.getRandomValues has", () => {
    const random = new CallRandom(key(3));
    expect(random.bytes(65_536)).toHaveLength(65_536);
    expect(() => random.bytes(65_537)).toThrow(expect.objectContaining({ name: "QuotaExceededError" }));
  });
});

describe("crypto", () => {
  const CRYPTO = `export const onEvent = () => [
    crypto.randomUUID(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(4))], crypto.getRandomValues(new Uint32Array(2)).length,
  ]`;
  const call = async (keyOfCall: Uint8Array) => {
    const { json } = await (await loadPlugin(CRYPTO)).call("onEvent", [{}], keyOfCall);
    return JSON.parse(String(json)) as [string, string, number[], number];
  };

  test("gives UUIDs and bytes that follow from the key", async () => {
    const [first, second, bytes, length] = await call(key(1));
    expect(first).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(second).not.toBe(first);
    expect(bytes).toHaveLength(4);
    expect(length).toBe(2);
    expect(await call(key(1))).toEqual([first, second, bytes, length]);
    expect((await call(key(2)))[0]).not.toBe(first);
  });

  test("fills the part of a buffer that a view shows, and that alone", async () => {
    const plugin = await loadPlugin(`export const onEvent = () => {
      const all = new Uint8Array(64);
      crypto.getRandomValues(all.subarray(16, 48));
      return [all.slice(0, 16).some(Boolean), all.slice(16, 48).some(Boolean), all.slice(48).some(Boolean)];
    }`);
    expect(await plugin.run("onEvent", {})).toEqual([false, true, false]);
  });

  test.each(["new Float64Array(2)", "new DataView(new ArrayBuffer(2))", "[1, 2]", "null"])(
    "does not fill %s",
    async (value) => {
      const plugin = await loadPlugin(
        `export const onEvent = () => { try { crypto.getRandomValues(${value}) } catch (e) { return e.name } }`,
      );
      expect(await plugin.run("onEvent", {})).toBe("TypeError");
    },
  );

  test("gives at most 65,536 bytes at a time", async () => {
    const plugin = await loadPlugin(
      `export const onEvent = () => { try { crypto.getRandomValues(new Uint8Array(65537)) } catch (e) { return e.name } }`,
    );
    expect(await plugin.run("onEvent", {})).toBe("QuotaExceededError");
  });
});
