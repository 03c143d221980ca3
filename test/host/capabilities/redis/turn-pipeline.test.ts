import { expect, test } from "vitest";

import { connectRedis } from "../../../../host/capabilities/redis/client.ts";
import type { RedisCommand, RedisReply } from "../../../../host/capabilities/redis/commands.ts";
import { CACHE_LIMITS } from "../../../../host/capabilities/redis/limits.ts";
import { TurnPipeline } from "../../../../host/capabilities/redis/turn-pipeline.ts";

test("the commands of one turn go out together, in their order", async () => {
  const { turn, sent, answer } = pipeline();
  const both = Promise.all([turn.send(0, (redis) => redis.get("a")), turn.send(0, (redis) => redis.set("a", "1"))]);
  await answer();
  expect(await both).toEqual(["reply to get", "reply to set"]);
  expect(sent).toEqual([
    [
      ["get", "a"],
      ["set", "a", "1"],
    ],
  ]);
});

test("what comes while a pipeline is on its way waits for its answer, and goes out together", async () => {
  const { turn, sent, answer } = pipeline();
  const first = turn.send(0, (redis) => redis.incr("first"));
  await settled();
  const second = turn.send(0, (redis) => redis.incr("second"));
  await settled();
  const third = turn.send(0, (redis) => redis.incr("third"));
  await settled();
  expect(sent).toHaveLength(1);
  await answer();
  expect(sent).toEqual([
    [["incr", "first"]],
    [
      ["incr", "second"],
      ["incr", "third"],
    ],
  ]);
  await answer();
  expect(await Promise.all([first, second, third])).toHaveLength(3);
});

test("a pipeline takes so many characters, and one command however long", async () => {
  const { turn, sent, answer } = pipeline();
  const { characters } = CACHE_LIMITS.pipeline;
  const sizes = [characters + 1, characters - 1, 1, 1];
  const all = Promise.all(sizes.map((size, i) => turn.send(size, (redis) => redis.get(`${i}`))));
  for (let i = 0; i < 3; i++) await answer();
  await all;
  expect(sent).toEqual([
    [["get", "0"]],
    [
      ["get", "1"],
      ["get", "2"],
    ],
    [["get", "3"]],
  ]);
});

test("so many commands wait and no more; when they have been answered, others may come", async () => {
  const { turn, answer } = pipeline();
  const { commands, characters } = CACHE_LIMITS.waiting;
  const waiting = Array.from({ length: commands }, () => turn.send(characters / commands, (redis) => redis.get("a")));
  await expect(turn.send(0, (redis) => redis.get("a"))).rejects.toMatchObject({
    name: "RangeError",
    message:
      "cache: more than 10000 calls, or 8000000 characters of them, would wait at once: await some of them first",
  });
  for (let i = 0; i < commands / CACHE_LIMITS.pipeline.commands; i++) await answer();
  await Promise.all(waiting);
  const next = turn.send(characters, (redis) => redis.get("a"));
  await expect(turn.send(1, (redis) => redis.get("a"))).rejects.toMatchObject({ name: "RangeError" });
  await answer();
  expect(await next).toBe("reply to get");
});

test("an end that fails fails the commands it was given, and the next are sent all the same", async () => {
  const { turn, fail, answer } = pipeline();
  const first = turn.send(5, (redis) => redis.get("a"));
  await settled();
  const second = turn.send(5, (redis) => redis.get("b"));
  const rejected = expect(first).rejects.toThrow("the end is gone");
  fail(new Error("the end is gone"));
  await rejected;
  await answer();
  expect(await second).toBe("reply to get");
});

test("a command that is refused is an error of its own", async () => {
  const { turn, replyWith } = pipeline();
  const results = Promise.allSettled([
    turn.send(0, (redis) => redis.get("a")),
    turn.send(0, (redis) => redis.get("b")),
  ]);
  await settled();
  replyWith([{ error: "ERR no" }, { result: null }]);
  expect(await results).toEqual([
    { status: "rejected", reason: new Error("ERR no") },
    { status: "fulfilled", value: null },
  ]);
});

/** A pipeline to an end that answers when the test says so. */
function pipeline() {
  const sent: RedisCommand[][] = [];
  const asked: PromiseWithResolvers<RedisReply[]>[] = [];
  const run = (commands: RedisCommand[]): Promise<RedisReply[]> => {
    sent.push(commands);
    const answer = Promise.withResolvers<RedisReply[]>();
    asked.push(answer);
    return answer.promise;
  };
  const replyWith = (replies: RedisReply[]): void => asked.shift()?.resolve(replies);
  return {
    turn: new TurnPipeline(connectRedis({ run })),
    sent,
    replyWith,
    fail: (error: Error): void => asked.shift()?.reject(error),
    async answer(): Promise<void> {
      await settled();
      replyWith((sent.at(-1) ?? []).map(([name]) => ({ result: `reply to ${String(name)}` })));
      await settled();
    },
  };
}

/** Everything that is under way has come to rest. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
