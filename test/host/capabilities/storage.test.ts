import { env, runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";

import { provideStorage } from "../../../host/capabilities/storage.ts";
import type { Env } from "../../../host/env.ts";
import { teamStub } from "../../../host/team/team-client.ts";
import { loadPlugin } from "../../runtime/support/load-plugin.ts";

let configs = 0;

/** The storage of a plugin config that nothing has used, in a team's Durable Object. */
function storageOf({ teamId = 7100, configId = ++configs } = {}) {
  return provideStorage(teamStub(env as unknown as Env, { teamId, shard: 0 }), configId);
}

describe("storage", () => {
  test("a value is there until it is deleted", async () => {
    const storage = storageOf();
    expect(await storage.get("key")).toBeUndefined();
    await storage.set("key", '{"a":1}');
    await storage.set("key", "null");
    expect(await storage.get("key")).toBe("null");
    await storage.del("key");
    await storage.del("key");
    expect(await storage.get("key")).toBeUndefined();
  });

  test("configs and teams have values of their own", async () => {
    await storageOf({ configId: 900 }).set("key", "1");
    expect(await storageOf({ configId: 901 }).get("key")).toBeUndefined();
    expect(await storageOf({ teamId: 7101, configId: 900 }).get("key")).toBeUndefined();
    await storageOf({ configId: 901 }).del("key");
    expect(await storageOf({ configId: 900 }).get("key")).toBe("1");
  });

  test("a key has at most 200 characters", async () => {
    const storage = storageOf();
    await storage.set("漢".repeat(200), "1");
    expect(await storage.get("漢".repeat(200))).toBe("1");
    const error = {
      name: "RangeError",
      message: "storage: a key has at most 200 characters, this one has 201",
    };
    const long = "k".repeat(201);
    await expect(storage.get(long)).rejects.toMatchObject(error);
    await expect(storage.set(long, "1")).rejects.toMatchObject(error);
    await expect(async () => storage.del(long)).rejects.toMatchObject(error);
    await expect(async () => storage.cursorInit(long, 1)).rejects.toMatchObject(error);
    await expect(storage.cursorIncrement(long, 1)).rejects.toMatchObject(error);
  });

  test("the longest value fits its row, a longer one is refused", async () => {
    const storage = storageOf();
    const longest = JSON.stringify("漢".repeat(599_998));
    await storage.set("key", longest);
    expect((await storage.get("key")) === longest).toBe(true);
    await expect(storage.set("key", `${longest} `)).rejects.toMatchObject({
      name: "RangeError",
      message: "storage.set: the value has 600001 characters of JSON, at most 600000 are kept",
    });
  });
});

describe("cursors", () => {
  test("init sets what is not there, increment adds and answers with the sum", async () => {
    const storage = storageOf();
    await storage.cursorInit("cursor", 5);
    await storage.cursorInit("cursor", 50);
    expect(await storage.cursorIncrement("cursor", 2)).toBe(7);
    expect(await storage.cursorIncrement("cursor", -0.5)).toBe(6.5);
    expect(await storage.cursorIncrement("new", 3)).toBe(3);
    expect(await storage.get("cursor")).toBe("6.5");
  });

  test.each(["from another object", "from the object that holds them"])(
    "increments at once, %s, are all counted",
    async (from) => {
      const increment = (storage: ReturnType<typeof provideStorage>) =>
        Promise.all(Array.from({ length: 50 }, () => storage.cursorIncrement("cursor", 1)));
      const sums = from.startsWith("from another")
        ? await increment(storageOf())
        : await runInDurableObject(teamStub(env as unknown as Env, { teamId: 7102, shard: 0 }), async (object) =>
            increment(provideStorage(object, 1)),
          );
      expect(sums.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    },
  );

  test("a value that is no number cannot be incremented", async () => {
    const storage = storageOf();
    await storage.set("cursor", '"5"');
    await expect(storage.cursorIncrement("cursor", 1)).rejects.toMatchObject({
      name: "TypeError",
      message: 'utils.cursor.increment: "cursor" does not hold a number',
    });
  });
});

test("a plugin's storage and cursors are one key space, over its calls", async () => {
  const storage = storageOf();
  const plugin = await loadPlugin(
    `
    export async function setupPlugin({ storage, utils }) {
      await storage.set("value", { a: [null] });
      await storage.set("gone", 1);
      await storage.set("gone", undefined);
      await utils.cursor.init("cursor");
      await Promise.all([utils.cursor.increment("cursor"), utils.cursor.increment("cursor", 0), utils.cursor.increment("cursor", 10)]);
      storage.set("unawaited", true);
    }
    export const onEvent = async (event, { storage }) =>
      Promise.all(["value", "gone", "cursor", "unawaited", "none"].map((key) => storage.get(key, "default")));
    `,
    { provide: () => ({ storage }) },
  );
  await plugin.run("setupPlugin");
  expect(await plugin.run("onEvent", {})).toEqual([{ a: [null] }, "default", 12, true, "default"]);
});
