import { describe, expect, test } from "vitest";
import { passTime, useClock } from "../test-team.ts";
import { Runner } from "./runner.ts";

useClock();

const exceeded = (what: string, quota: string) =>
  expect.stringMatching(
    new RegExp(`^QuotaExceededError: ${what}: the quota ${quota} of team \\d+ is used up: \\d+; .*operator`),
  );

describe.each([0, 1])("storage, as used by shard %d of two", (shard) => {
  test("takes no more keys than the quota; those that are there can be changed and deleted", async () => {
    const runner = await Runner.create({ storage_keys: 2 }, 2);
    const run = (code: string) => runner.run(code, shard);
    expect(await run(`storage.set("a", 1)`)).toBeNull();
    expect(await run(`storage.set("b", 1)`)).toBeNull();
    expect(await run(`storage.set("c", 1)`)).toEqual(exceeded("storage.set", "storage_keys"));
    expect(await run(`utils.cursor.init("d", 1)`)).toEqual(exceeded("utils.cursor.init", "storage_keys"));
    expect(await run(`utils.cursor.increment("d")`)).toEqual(exceeded("utils.cursor.increment", "storage_keys"));
    expect(await run(`utils.cursor.init("b", 5)`)).toBeNull();
    expect(await run(`utils.cursor.increment("b")`)).toBe(2);
    expect(await run(`storage.set("a", "anything longer")`)).toBeNull();
    expect(await run(`storage.del("a")`)).toBeNull();
    expect(await run(`storage.set("c", 1)`)).toBeNull();
    expect(await run(`storage.get("c", null)`)).toBe(1);
    expect(await runner.used("storage_keys")).toBe(2);
  });

  test("takes no more bytes than the quota; what is there can be replaced by what is no larger", async () => {
    const runner = await Runner.create({ storage_bytes: 20 }, 2);
    const run = (code: string) => runner.run(code, shard);
    // A key of one byte, and a text in quotes whose characters take two.
    expect(await run(`storage.set("a", "ääää")`)).toBeNull();
    expect(await run(`storage.set("b", "1234567")`)).toEqual(exceeded("storage.set", "storage_bytes"));
    expect(await run(`storage.set("b", "123456")`)).toBeNull();
    expect(await runner.used("storage_bytes")).toBe(20);
    expect(await run(`storage.set("a", "äääää")`)).toEqual(exceeded("storage.set", "storage_bytes"));
    expect(await run(`storage.set("a", "bbbb")`)).toBeNull();
    expect(await runner.used("storage_bytes")).toBe(16);
    expect(await run(`storage.set("a", "bbbbbbbb")`)).toBeNull();
    await runner.team.restart();
    expect(await run(`storage.set("c", 1)`)).toEqual(exceeded("storage.set", "storage_bytes"));
    expect(await runner.used("storage_bytes")).toBe(20);
  });
});

describe.each([0, 1])("the cache, as used by shard %d of two", (shard) => {
  test("takes no more keys than the quota, and what has expired is none", async () => {
    const runner = await Runner.create({ cache_keys: 2 }, 2);
    const run = (code: string) => runner.run(code, shard);
    expect(await run(`cache.set("a", 1)`)).toBeNull();
    expect(await run(`cache.set("b", 1, 60)`)).toBeNull();
    for (const code of [`cache.set("c", 1)`, `cache.incr("c")`, `cache.lpush("c", ["x"])`])
      expect(await run(code)).toEqual(exceeded("cache", "cache_keys"));
    expect(await run(`cache.incr("a")`)).toBe(2);
    expect(await run(`cache.expire("a", 600)`)).toBe(true);
    passTime(60_000);
    expect(await run(`cache.set("c", 1)`)).toBeNull();
    expect(await run(`cache.set("d", 1)`)).toEqual(exceeded("cache", "cache_keys"));
    expect(await run(`cache.expire("a", 0)`)).toBe(true);
    expect(await run(`cache.set("d", 1)`)).toBeNull();
    expect(await runner.used("cache_keys")).toBe(2);
  });

  test("takes no more bytes than the quota; a list that is too long can be emptied", async () => {
    const runner = await Runner.create({ cache_bytes: 100 }, 2);
    const run = (code: string) => runner.run(code, shard);
    expect(await run(`cache.lpush("l", ["one", "two"])`)).toBe(2);
    expect(await run(`cache.lpush("l", ["x".repeat(100)])`)).toEqual(exceeded("cache", "cache_bytes"));
    expect(await run(`cache.set("s", "x".repeat(100))`)).toEqual(exceeded("cache", "cache_bytes"));
    expect(await run(`cache.lrange("l", 0, -1)`)).toEqual(["two", "one"]);
    expect(await run(`cache.lpop("l", 2)`)).toEqual(["two", "one"]);
    expect(await runner.used("cache_bytes")).toBe(0);
    expect(await run(`cache.set("s", "x".repeat(30))`)).toBeNull();
  });
});

test("any changes leave the counts as a new count finds them", async () => {
  const { team } = await Runner.create(null);
  const commands = ["a", "b", "c", "a"].flatMap((key, i) => [
    ["set", key, "ä".repeat(i * 7), "ex", i + 1],
    ["lpush", `list ${key}`, "1", "2"],
    ["lpop", `list ${key}`],
    ["lrem", `list ${key}`, 0, "1"],
    ["incr", "n"],
    ["del", i % 2 ? "c" : "nothing"],
  ]);
  const counts = () =>
    team.inside(async (object, { storage }) => {
      const { standing } = await object.usage({ teamId: team.id, shard: 0 });
      const sum = (table: string) =>
        storage.sql
          .exec(`select count(*) as n, coalesce(sum(length(cast(key || value as blob))), 0) as bytes from ${table}`)
          .one();
      const [cache, stored] = [sum("cache_entry"), sum("storage_entry")];
      expect(standing[0]).toMatchObject({
        cache_keys: cache["n"],
        cache_bytes: cache["bytes"],
        storage_keys: stored["n"],
        storage_bytes: stored["bytes"],
      });
    });
  await counts();
  for (let round = 0; round < 5; round++) {
    await team.inside(async (object) => {
      await object.runCache(commands);
      await object.storageSet(1, `key ${round}`, "ü".repeat(round));
      await object.storageSet(2, "key", "\ud800 half a pair".repeat(round));
      await object.storageDelete(1, `key ${round - 2}`);
      await object.cursorInit(1, "cursor", round);
      await object.cursorIncrement(1, "cursor", 9 ** round);
    });
    passTime(1000);
    await counts();
  }
});

test("a write costs no row more for being counted, and counting reads a row for each entry once in the life of an object", async () => {
  const { team } = await Runner.create(null);
  const rows = async (write: () => Promise<unknown>): Promise<{ read: number; written: number }> => {
    const spent = await team.inside(async (_, { storage }) => {
      const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
      const { exec } = storage.sql;
      storage.sql.exec = (query, ...bindings) => {
        const cursor = exec.call(storage.sql, query, ...bindings);
        cursors.push(cursor as (typeof cursors)[number]);
        return cursor as never;
      };
      await write();
      storage.sql.exec = exec;
      return cursors.map(({ rowsRead, rowsWritten }) => [rowsRead, rowsWritten] as const);
    });
    const sum = (column: 0 | 1): number => spent.reduce((all, each) => all + each[column], 0);
    return { read: sum(0), written: sum(1) };
  };
  const set = (key: string, value = "1") => team.inside((object) => object.storageSet(1, key, value));
  for (let i = 0; i < 100; i++) await set(`key ${i}`);
  await team.restart();
  const first = await rows(() => set("key 7", "22"));
  expect(first.read).toBeGreaterThanOrEqual(100);
  expect(first.read).toBeLessThan(110);
  expect(first.written).toBe(1);
  const second = await rows(() => set("key 7", "333"));
  expect(second.read).toBeLessThan(5);
  expect(second.written).toBe(1);
});
