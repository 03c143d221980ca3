import { describe, expect, test, vi } from "vitest";

import { CACHE_LIMITS } from "../../host/capabilities/redis/limits.ts";
import { cacheAt, newPrefix } from "./cache-end.ts";
import type { CacheEnd } from "./cache-end.ts";

const WRONG_TYPE = {
  name: "CacheError",
  message: "WRONGTYPE Operation against a key holding the wrong kind of value",
};
const NOT_AN_INTEGER = { name: "CacheError", message: "ERR value is not an integer or out of range" };
const LONG = 100;

/** What the cache capability is, whichever end it stands on. */
export function describeCache(name: string, makeEnd: () => CacheEnd): void {
  describe(`the cache over ${name}`, () => {
    describeTexts(makeEnd);
    describeCounting(makeEnd);
    describeExpiry(makeEnd);
    describeLists(makeEnd);
    describeLimits(makeEnd);
  });
}

function describeTexts(makeEnd: () => CacheEnd): void {
  test("a key that was never set has no value", async () => {
    expect(await cacheAt(makeEnd()).get("nothing")).toBeUndefined();
  });

  test.each([
    ["empty", ""],
    ["a number", "1"],
    ["null", "null"],
    ["what the protocol itself says", "OK"],
    ["base64", "aGVsbG8="],
    ["JSON with quotes and backslashes", String.raw`{"a":"\"\\"}`],
    ["a list's JSON", '["a"]'],
    ["an equals sign first", "=a"],
    ["every script", "é\u00df 漢字 🦔 \u202e"],
    ["a byte order mark first", "\ufeffa"],
    ["zero bytes and line ends", "a\0b\r\nc"],
    ["SQL", "'); DROP TABLE cache_entry; --"],
  ])("a text comes back as it was: %s", async (_, text) => {
    const cache = cacheAt(makeEnd());
    await cache.set("key", text, undefined);
    expect(await cache.get("key")).toBe(text);
  });

  test.each(["", "é 🦔", "a\0b", "a b\r\nc", "../x", "*", "{tag}"])("a key may be %j", async (key) => {
    const cache = cacheAt(makeEnd());
    await cache.set(key, "value", undefined);
    expect(await cache.get(key)).toBe("value");
  });

  test("the last set holds", async () => {
    const cache = cacheAt(makeEnd());
    await cache.set("key", "a", undefined);
    await cache.set("key", "b", undefined);
    expect(await cache.get("key")).toBe("b");
  });

  test("half a surrogate pair becomes the replacement character", async () => {
    const cache = cacheAt(makeEnd());
    await cache.set("key\ud800", "\ud83e-\udd94-\ud83e\udd94", undefined);
    await cache.lpush("list", ["\udc00"]);
    expect(await cache.get("key\ufffd")).toBe("\ufffd-\ufffd-\ud83e\udd94");
    expect(await cache.lrange("list", 0, -1)).toEqual(["\ufffd"]);
  });

  test("plugins with other prefixes have keys of their own", async () => {
    const end = makeEnd();
    const [one, other] = [cacheAt(end), cacheAt(end)];
    await one.set("key", "one", undefined);
    expect(await other.get("key")).toBeUndefined();
    await other.set("key", "other", undefined);
    expect(await other.expire("key", 0)).toBe(true);
    expect(await one.get("key")).toBe("one");
  });

  test("sandboxes of one plugin share its keys", async () => {
    const end = makeEnd();
    const prefix = newPrefix();
    await cacheAt(end, prefix).set("key", "value", undefined);
    expect(await cacheAt(end, prefix).get("key")).toBe("value");
  });

  test("calls made at once are run in their order, and one that fails leaves the others alone", async () => {
    const cache = cacheAt(makeEnd());
    const results = await Promise.allSettled([
      cache.set("key", "a", undefined),
      cache.get("key"),
      cache.incr("key"),
      cache.set("key", "5", undefined),
      cache.incr("key"),
      cache.get("key"),
    ]);
    expect(results.map((result) => (result.status === "fulfilled" ? result.value : String(result.reason)))).toEqual([
      undefined,
      "a",
      `CacheError: ${NOT_AN_INTEGER.message}`,
      undefined,
      6,
      "6",
    ]);
  });
}

function describeCounting(makeEnd: () => CacheEnd): void {
  test("incr starts from nothing at 1 and counts on from a number that was set", async () => {
    const cache = cacheAt(makeEnd());
    expect(await cache.incr("new")).toBe(1);
    expect(await cache.incr("new")).toBe(2);
    await cache.set("zero", "0", undefined);
    expect(await cache.incr("zero")).toBe(1);
    await cache.set("negative", "-3", undefined);
    expect(await cache.incr("negative")).toBe(-2);
    expect(await cache.get("negative")).toBe("-2");
  });

  test.each(["", "a", "1.5", "1e3", "0x10", " 1", "1 ", "+1", "01", "-0", "9223372036854775808"])(
    "incr refuses %j",
    async (text) => {
      const cache = cacheAt(makeEnd());
      await cache.set("key", text, undefined);
      await expect(cache.incr("key")).rejects.toMatchObject(NOT_AN_INTEGER);
      expect(await cache.get("key")).toBe(text);
    },
  );

  test("incr is exact in 64 bits", async () => {
    const cache = cacheAt(makeEnd());
    await cache.set("key", "9007199254740993", undefined);
    await cache.incr("key");
    expect(await cache.get("key")).toBe("9007199254740994");
    await cache.set("key", "9223372036854775807", undefined);
    await expect(cache.incr("key")).rejects.toThrow("ERR increment or decrement would overflow");
  });

  test("increments from several sandboxes at once are all counted", async () => {
    const end = makeEnd();
    const prefix = newPrefix();
    const caches = [cacheAt(end, prefix), cacheAt(end, prefix)];
    const counts = await Promise.all(caches.flatMap((cache) => Array.from({ length: 50 }, () => cache.incr("key"))));
    expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });
}

function describeExpiry(makeEnd: () => CacheEnd): void {
  test("a value lives for its time to live", async () => {
    const { cache, gone } = expiring(makeEnd());
    await cache.set("long", "value", LONG);
    await cache.set("short", "value", 1);
    await gone("short");
    expect(await cache.get("long")).toBe("value");
  });

  test("expire gives a value its time to live, and tells whether there was one", async () => {
    const { cache, gone } = expiring(makeEnd());
    expect(await cache.expire("key", LONG)).toBe(false);
    await cache.set("key", "value", undefined);
    expect(await cache.expire("key", LONG)).toBe(true);
    expect(await cache.get("key")).toBe("value");
    expect(await cache.expire("key", 1)).toBe(true);
    await gone("key");
    expect(await cache.expire("key", LONG)).toBe(false);
  });

  test("expire with 0 deletes at once", async () => {
    const cache = cacheAt(makeEnd());
    await cache.set("key", "value", undefined);
    expect(await cache.expire("key", 0)).toBe(true);
    expect(await cache.get("key")).toBeUndefined();
    expect(await cache.expire("key", 0)).toBe(false);
  });

  test("a time to live of 0 is refused by set", async () => {
    const cache = cacheAt(makeEnd());
    await expect(cache.set("key", "value", 0)).rejects.toMatchObject({
      name: "CacheError",
      message: "ERR invalid expire time in 'set' command",
    });
  });

  test("the longest time to live is one", async () => {
    const cache = cacheAt(makeEnd());
    await cache.set("key", "value", 0xffffffff);
    expect(await cache.expire("key", 0xffffffff)).toBe(true);
    expect(await cache.get("key")).toBe("value");
  });

  test("set takes a time to live away, incr and lpush keep it", async () => {
    const { cache, gone } = expiring(makeEnd());
    await cache.set("set", "1", 1);
    await cache.set("set", "1", undefined);
    await cache.set("counted", "1", 1);
    await cache.incr("counted");
    await cache.lpush("pushed", ["a"]);
    await cache.expire("pushed", 1);
    await cache.lpush("pushed", ["b"]);
    await gone("counted");
    await vi.waitFor(async () => expect(await cache.llen("pushed")).toBe(0), WAIT);
    expect(await cache.get("set")).toBe("1");
  });

  test("what has expired starts anew", async () => {
    const { cache, gone } = expiring(makeEnd());
    await cache.set("key", "41", 1);
    await gone("key");
    expect(await cache.incr("key")).toBe(1);
    await cache.set("text", "a", 1);
    await gone("text");
    expect(await cache.lpush("text", ["b"])).toBe(1);
  });
}

const WAIT = { timeout: 10_000, interval: 50 };

function expiring(end: CacheEnd) {
  const cache = cacheAt(end);
  return {
    cache,
    /** Waits for a key that was given one second. */
    async gone(key: string): Promise<void> {
      end.pass(1);
      await vi.waitFor(async () => expect(await cache.get(key)).toBeUndefined(), WAIT);
    },
  };
}

function describeLists(makeEnd: () => CacheEnd): void {
  test("lpush puts each element before the last", async () => {
    const cache = cacheAt(makeEnd());
    expect(await cache.lpush("list", ["1", "2", "3"])).toBe(3);
    expect(await cache.lpush("list", ["", "é\0"])).toBe(5);
    expect(await cache.lrange("list", 0, -1)).toEqual(["é\0", "", "3", "2", "1"]);
    expect(await cache.llen("list")).toBe(5);
  });

  test("lpush of nothing is refused", async () => {
    const cache = cacheAt(makeEnd());
    await cache.lpush("list", ["1"]);
    await expect(cache.lpush("list", [])).rejects.toMatchObject({
      name: "CacheError",
      message: "ERR wrong number of arguments for 'lpush' command",
    });
    expect(await cache.llen("list")).toBe(1);
  });

  test.each([
    [0, 0, ["a"]],
    [0, 99, ["a", "b", "c", "d"]],
    [1, 2, ["b", "c"]],
    [-2, -1, ["c", "d"]],
    [-99, 1, ["a", "b"]],
    [-99, -99, []],
    [2, 1, []],
    [4, 9, []],
    [0, -5, []],
    [0, -4, ["a"]],
  ])("lrange from %i to %i", async (start, stop, expected) => {
    const cache = cacheAt(makeEnd());
    await cache.lpush("list", ["d", "c", "b", "a"]);
    expect(await cache.lrange("list", start, stop)).toEqual(expected);
  });

  test("a list that is not there is empty", async () => {
    const cache = cacheAt(makeEnd());
    expect(await cache.lrange("list", 0, -1)).toEqual([]);
    expect(await cache.llen("list")).toBe(0);
    expect(await cache.lpop("list", 1)).toEqual([]);
    expect(await cache.lrem("list", 0, "a")).toBe(0);
  });

  test("lpop takes from the head; a list that runs empty is gone", async () => {
    const cache = cacheAt(makeEnd());
    await cache.lpush("list", ["c", "b", "a"]);
    expect(await cache.lpop("list", 0)).toEqual([]);
    expect(await cache.lpop("list", 2)).toEqual(["a", "b"]);
    expect(await cache.lpop("list", 9)).toEqual(["c"]);
    expect(await cache.get("list")).toBeUndefined();
  });

  test.each([
    [0, 3, ["b", "c"]],
    [1, 1, ["b", "a", "c", "a"]],
    [2, 2, ["b", "c", "a"]],
    [-1, 1, ["a", "b", "a", "c"]],
    [-9, 3, ["b", "c"]],
  ])("lrem of %i", async (count, removed, left) => {
    const cache = cacheAt(makeEnd());
    await cache.lpush("list", ["a", "c", "a", "b", "a"]);
    expect(await cache.lrem("list", count, "a")).toBe(removed);
    expect(await cache.lrange("list", 0, -1)).toEqual(left);
  });

  test("a list is no text and a text no list", async () => {
    const cache = cacheAt(makeEnd());
    await cache.lpush("list", ["a"]);
    await cache.set("text", "a", undefined);
    await expect(cache.get("list")).rejects.toMatchObject(WRONG_TYPE);
    await expect(cache.incr("list")).rejects.toMatchObject(WRONG_TYPE);
    await expect(cache.lpush("text", ["a"])).rejects.toMatchObject(WRONG_TYPE);
    await expect(cache.lrange("text", 0, 0)).rejects.toMatchObject(WRONG_TYPE);
    await expect(cache.llen("text")).rejects.toMatchObject(WRONG_TYPE);
    await expect(cache.lpop("text", 1)).rejects.toMatchObject(WRONG_TYPE);
    await expect(cache.lrem("text", 1, "a")).rejects.toMatchObject(WRONG_TYPE);
    await cache.set("list", "now a text", undefined);
    expect(await cache.get("list")).toBe("now a text");
  });
}

function describeLimits(makeEnd: () => CacheEnd): void {
  test("a value may be as long as the limit, whatever it is made of", async () => {
    const cache = cacheAt(makeEnd());
    for (const char of ["漢", "\u0001", '"']) {
      const longest = char.repeat(CACHE_LIMITS.value);
      await cache.set("k".repeat(CACHE_LIMITS.key), longest, undefined);
      expect((await cache.get("k".repeat(CACHE_LIMITS.key))) === longest).toBe(true);
    }
  });

  test("what is longer is refused", async () => {
    const cache = cacheAt(makeEnd());
    const long = "v".repeat(CACHE_LIMITS.value + 1);
    await expect(cache.get("k".repeat(1001))).rejects.toMatchObject({
      name: "RangeError",
      message: "cache: a key has at most 1000 characters, this one has 1001",
    });
    await expect(cache.set("key", long, undefined)).rejects.toMatchObject({
      name: "RangeError",
      message: "cache.set: the value has 600001 characters, at most 600000 are kept",
    });
    await expect(cache.lpush("key", [long.slice(0, 300_000), long.slice(0, 300_001)])).rejects.toMatchObject({
      name: "RangeError",
      message: "cache.lpush: the elements have 600001 characters, at most 600000 are kept",
    });
    await expect(cache.lpush("key", Array.from({ length: 1001 }, String))).rejects.toMatchObject({
      name: "IllegalOperationError",
      message: "Too many elements in array for cache.lpush. Maximum: 1000",
    });
    expect(await cache.get("key")).toBeUndefined();
  });

  test("answers that are too large together are refused", async () => {
    const cache = cacheAt(makeEnd());
    await cache.set("key", "v".repeat(CACHE_LIMITS.value), undefined);
    const reads = await Promise.allSettled(Array.from({ length: 50 }, () => cache.get("key")));
    const last = reads.at(-1);
    expect(last?.status === "rejected" && last.reason).toMatchObject({
      name: "CacheError",
      message: expect.stringContaining("8000000"),
    });
    expect((await cache.get("key"))?.length).toBe(CACHE_LIMITS.value);
  });

  test("calls that are too large together are refused before anything of them is sent", async () => {
    const cache = cacheAt(makeEnd());
    const value = "v".repeat(CACHE_LIMITS.value);
    const writes = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => cache.set(`${i}`, value, undefined)));
    const refused = writes.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(7);
    expect(refused[0]).toMatchObject({
      reason: { name: "RangeError", message: expect.stringContaining("await some") },
    });
    expect(writes.slice(0, 13).every(({ status }) => status === "fulfilled")).toBe(true);
  });
}
