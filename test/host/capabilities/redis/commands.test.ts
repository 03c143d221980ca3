import fc from "fast-check";
import { describe, expect, inject, test } from "vitest";

import type { CacheEntry } from "../../../../host/capabilities/redis/cache-store.ts";
import { runCommands } from "../../../../host/capabilities/redis/commands.ts";
import type { RedisCommand, RedisReply } from "../../../../host/capabilities/redis/commands.ts";
import { CACHE_LIMITS } from "../../../../host/capabilities/redis/limits.ts";

const provided = inject("redis");

describe.skipIf(!provided)("against a Redis server", () => {
  test("any commands are answered as the server answers them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyCommand(), { minLength: 1, maxLength: 40 }), async (commands) => {
        const prefix = `${crypto.randomUUID()}/`;
        const prefixed = commands.map(([name = "", key, ...args]) => [name, `${prefix}${key}`, ...args]);
        expect(run(prefixed)).toEqual(await askServer(prefixed));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    [["get"]],
    [["get", "a", "b"]],
    [["set", "a"]],
    [["set", "a", "1", "ex"]],
    [["set", "a", "1", "ex", "10", "ex"]],
    [["set", "a", "1", "what"]],
    [["set", "a", "1", "EX", "-1"]],
    [["SET", "a", "1", "ex", "1.5"]],
    [["incr", "a", "1"]],
    [["expire", "a"]],
    [["expire", "nothing", "a"]],
    [["lpush", "a"]],
    [["lrange", "a", "0"]],
    [["lpop", "a", "-1"]],
    [["lpop", "a", "a"]],
    [["lpop", "a", "1", "1"]],
    [["lrem", "a", "1"]],
    [["lrem", "a", "a", "a"]],
    [["del"]],
  ])("%j is refused with the server's words", async (command) => {
    const [reply] = run([command]);
    expect(reply).toEqual({ error: expect.stringMatching(/^ERR /) });
    expect([reply]).toEqual(await askServer([command]));
  });
});

test("a command that is not known is named", () => {
  expect(run([["flushall"], ["constructor"], ["eval", "return 1", 0]])).toEqual([
    { error: "ERR unknown command 'flushall'" },
    { error: "ERR unknown command 'constructor'" },
    { error: "ERR unknown command 'eval'" },
  ]);
});

test("a list grows no longer than the limit, and keeps what it has", () => {
  const half = "v".repeat(CACHE_LIMITS.list / 2);
  const [, refused, length] = run([
    ["lpush", "list", half],
    ["lpush", "list", half],
    ["llen", "list"],
  ]);
  expect(refused).toEqual({ error: "ERR a list has at most 100000 characters of JSON, this one would have 100007" });
  expect(length).toEqual({ result: 1 });
});

test("when the answers have become too large, the commands after them are not run", () => {
  const values = new Map<string, CacheEntry>([
    ["list", { value: Array.from({ length: 100_000 }, () => ""), expiresAt: null }],
    ["n", { value: "1", expiresAt: null }],
  ]);
  const reads = Array.from({ length: 11 }, () => ["lrange", "list", 0, -1]);
  const replies = runCommands(values, [...reads, ["incr", "n"]], 0);
  expect(replies.findIndex((reply) => "error" in reply)).toBe(10);
  expect(replies.at(-1)).toEqual({ error: "ERR the answers to one pipeline exceed 8000000 characters" });
  expect(values.get("n")?.value).toBe("1");
});

test("what expires now is not there", () => {
  const values = new Map<string, CacheEntry>([["key", { value: "a", expiresAt: 1000 }]]);
  expect(runCommands(values, [["get", "key"]], 999)).toEqual([{ result: "a" }]);
  expect(
    runCommands(
      values,
      [
        ["get", "key"],
        ["del", "key"],
      ],
      1000,
    ),
  ).toEqual([{ result: null }, { result: 0 }]);
});

function run(commands: RedisCommand[]): RedisReply[] {
  return runCommands(new Map(), commands, Date.now());
}

async function askServer(commands: RedisCommand[]): Promise<unknown> {
  const response = await fetch(`${provided?.url}/pipeline`, {
    method: "POST",
    headers: { authorization: `Bearer ${provided?.token}` },
    body: JSON.stringify(commands),
  });
  return response.json();
}

/** Few keys and few values, so that commands meet; times to live are far off, so that no clock takes part. */
function anyCommand(): fc.Arbitrary<RedisCommand> {
  const key = fc.constantFrom("a", "b");
  const text = fc.oneof(
    fc.constantFrom("x", "y", "", "0", "-1", "41", "007", "1.0", "9223372036854775807", "9223372036854775808", "[]"),
    fc.string({ unit: "grapheme", maxLength: 5 }),
  );
  const element = fc.oneof({ weight: 5, arbitrary: fc.constantFrom("x", "y") }, text);
  const index = fc.oneof(fc.integer({ min: -6, max: 6 }), fc.integer());
  const ttl = fc.constantFrom(100, 4_294_967_295);
  return fc.oneof(
    fc.tuple(fc.constant("get"), key),
    fc.tuple(fc.constant("set"), key, text),
    fc.tuple(fc.constant("set"), key, text, fc.constantFrom("ex", "EX"), ttl),
    fc.tuple(fc.constant("incr"), key),
    fc.tuple(fc.constant("del"), key),
    fc.tuple(fc.constant("expire"), key, fc.oneof(ttl, fc.constantFrom(0, -1))),
    fc
      .tuple(key, fc.array(element, { minLength: 1, maxLength: 6 }))
      .map(([at, elements]) => ["lpush", at, ...elements]),
    fc.tuple(fc.constant("lrange"), key, index, index),
    fc.tuple(fc.constant("llen"), key),
    fc.tuple(fc.constant("lpop"), key),
    fc.tuple(fc.constant("lpop"), key, fc.nat({ max: 4 })),
    fc.tuple(fc.constant("lrem"), key, fc.integer({ min: -3, max: 3 }), element),
  );
}
