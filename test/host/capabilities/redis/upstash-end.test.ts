import { afterEach, expect, test, vi } from "vitest";

import { upstashEnd } from "../../../../host/capabilities/redis/upstash-end.ts";

const END = { url: "https://name.upstash.example", token: "secret" };
const GET = ["get", "a"];
const INCR = ["incr", "a"];

afterEach(() => {
  vi.restoreAllMocks();
});

test("a pipeline is one authorized request", async () => {
  const fetch = answering(() => Response.json([{ result: "1" }, { error: "ERR no" }]));
  expect(await upstashEnd(END)([GET, INCR])).toEqual([{ result: "1" }, { error: "ERR no" }]);
  const [url, init] = fetch.mock.calls[0] ?? [];
  expect(String(url)).toBe("https://name.upstash.example/pipeline");
  expect(init).toMatchObject({
    method: "POST",
    headers: { authorization: "Bearer secret" },
    body: '[["get","a"],["incr","a"]]',
  });
});

test("the token of the last answer goes with the next request, so that replicas answer with what was written", async () => {
  const fetch = answering(() => Response.json([{ result: 1 }], { headers: { "upstash-sync-token": "after-1" } }));
  const run = upstashEnd(END);
  await run([INCR]);
  await run([GET]);
  expect(fetch.mock.calls[1]?.[1]?.headers).toMatchObject({ "upstash-sync-token": "after-1" });
});

test.each(["https://host.example/", " https://host.example ", "https://host.example//"])(
  "the URL may be %j",
  async (url) => {
    const fetch = answering(() => Response.json([{ result: null }]));
    await upstashEnd({ ...END, url })([GET]);
    expect(String(fetch.mock.calls[0]?.[0])).toBe("https://host.example/pipeline");
  },
);

test.each(["", "name.upstash.io", "redis://host", "https://"])("the URL may not be %j", (url) => {
  expect(() => upstashEnd({ ...END, url })).toThrow(
    `UPSTASH_REDIS_REST_URL must be a URL such as https://NAME.upstash.io, not "${url}"`,
  );
});

test("a refusal is told in Upstash's words, without what was sent", async () => {
  answering(() => Response.json({ error: "WRONGPASS invalid or missing auth token" }, { status: 401 }));
  await expect(upstashEnd(END)([["set", "a", "private"]])).rejects.toThrow(
    /^the cache answered 401, not with 1 replies: WRONGPASS invalid or missing auth token$/,
  );
});

test.each([
  [
    "HTML",
    () => new Response("<html>Bad gateway</html>", { status: 502 }),
    "502, not with 2 replies: <html>Bad gateway</html>",
  ],
  ["nothing", () => new Response(null), "200, not with 2 replies: "],
  ["too few replies", () => Response.json([{ result: 1 }]), '200, not with 2 replies: [{"result":1}]'],
])("an answer of %s is an error", async (_, response, message) => {
  answering(response);
  await expect(upstashEnd(END)([GET, INCR])).rejects.toThrow(message);
});

test("an endless answer is read no further than the limit", async () => {
  let cancelled = false;
  const chunk = new TextEncoder().encode(`"${"v".repeat(100_000)}",`);
  answering(
    () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(chunk),
          cancel() {
            cancelled = true;
          },
        }),
      ),
  );
  await expect(upstashEnd(END)([GET])).rejects.toThrow("larger than 8000000 bytes together");
  expect(cancelled).toBe(true);
});

test("a connection that breaks is tried once more, unless a command would count twice", async () => {
  const broken = answering(() => {
    throw new TypeError("Network connection lost.");
  });
  await expect(upstashEnd(END)([GET])).rejects.toThrow("the cache cannot be reached: Network connection lost.");
  expect(broken).toHaveBeenCalledTimes(2);
  await expect(upstashEnd(END)([GET, INCR])).rejects.toThrow("the cache cannot be reached");
  expect(broken).toHaveBeenCalledTimes(3);
});

test("the second try's answer is the answer", async () => {
  const fetch = answering(() => Response.json([{ result: "1" }]));
  fetch.mockRejectedValueOnce(new TypeError("Network connection lost."));
  expect(await upstashEnd(END)([GET])).toEqual([{ result: "1" }]);
});

test("an answer that does not come is given up, and not asked for again", async () => {
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort(new DOMException("too late", "TimeoutError")));
  const fetch = vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => {
    init?.signal?.throwIfAborted();
    return new Response();
  });
  await expect(upstashEnd(END)([GET])).rejects.toThrow("the cache did not answer within 10 seconds");
  expect(fetch).toHaveBeenCalledTimes(1);
});

function answering(respond: () => Response) {
  return vi.spyOn(globalThis, "fetch").mockImplementation(async () => respond());
}
