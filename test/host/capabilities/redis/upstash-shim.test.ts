import { Redis } from "@upstash/redis";
import { describe, expect, inject, test } from "vitest";

const provided = inject("redis");

/** Upstash's own client over HTTP of its own: what it understands is Upstash's API, so the shim can stand for it. */
describe.skipIf(!provided)("the Upstash REST API in front of Redis, to Upstash's client", () => {
  test.each(["base64", false] as const)(
    "texts, numbers, lists and nothing come back, response encoding %s",
    async (encoding) => {
      const { redis, key } = connect({ responseEncoding: encoding });
      expect(await redis.set(key, "é 🦔")).toBe("OK");
      expect(await redis.get(key)).toBe("é 🦔");
      expect(await redis.lpush(`${key}/list`, "aGk=", "漢")).toBe(2);
      expect(await redis.lrange(`${key}/list`, 0, -1)).toEqual(["漢", "aGk="]);
      expect(await redis.get(`${key}/missing`)).toBeNull();
    },
  );

  test("a pipeline answers each command, errors among them", async () => {
    const { redis, key } = connect();
    const replies = await redis.pipeline().set(key, "a").incr(key).get(key).exec({ keepErrors: true });
    expect(replies).toEqual([
      { result: "OK", error: undefined },
      { result: undefined, error: "ERR value is not an integer or out of range" },
      { result: "a", error: undefined },
    ]);
  });

  test("a transaction runs as one", async () => {
    const { redis, key } = connect();
    expect(await redis.multi().set(key, "1").incr(key).exec()).toEqual(["OK", 2]);
  });

  test("an error is thrown as Upstash's", async () => {
    const { redis, key } = connect();
    await redis.set(key, "a");
    await expect(redis.incr(key)).rejects.toThrow("ERR value is not an integer or out of range");
  });

  test("a wrong token opens nothing", async () => {
    const { redis, key } = connect({ token: "wrong" });
    await expect(redis.get(key)).rejects.toThrow("WRONGPASS");
  });
});

function connect(options: { responseEncoding?: "base64" | false; token?: string } = {}) {
  const redis = new Redis({ url: provided?.url, token: provided?.token, automaticDeserialization: false, ...options });
  return { redis, key: crypto.randomUUID() };
}
