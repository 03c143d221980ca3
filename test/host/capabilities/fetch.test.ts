import { describe, expect, test } from "vitest";

import { Egress } from "../../../host/capabilities/egress.ts";
import type { AllowedHosts } from "../../../host/capabilities/fetch-guard.ts";
import type { PlatformFetch } from "../../../host/capabilities/fetch-send.ts";
import { provideFetch } from "../../../host/capabilities/fetch.ts";
import { RequestRate } from "../../../host/capabilities/request-rate.ts";
import { DEFAULT_LIMITS } from "../../../runtime/limits.ts";
import type { Limits } from "../../../runtime/limits.ts";

type HostRequest = Parameters<ReturnType<typeof provideFetch>["send"]>[0];

interface Sent {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string;
}

/** A platform fetch that answers from a table and remembers what it was asked. */
function platform(answers: Record<string, () => Response>) {
  const sent: Sent[] = [];
  const fetch: PlatformFetch = async (url, init) => {
    const request = new Request(url, init);
    sent.push({
      url,
      method: request.method,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    });
    expect(init.redirect).toBe("manual");
    const answer = answers[url];
    if (!answer) throw new TypeError("fetch failed", { cause: new Error(`no route to ${url}`) });
    return answer();
  };
  return { sent, fetch };
}

interface Options {
  allowed?: AllowedHosts;
  lookup?: (hostname: string) => Promise<string[]>;
  limits?: Partial<Limits>;
  signal?: AbortSignal;
  admit?: () => void;
}

function provide(fetch: PlatformFetch, { allowed = "*", lookup, limits, signal, admit }: Options = {}) {
  const egress = new Egress({
    limits: { ...DEFAULT_LIMITS, ...limits },
    scope: { signal: signal ?? new AbortController().signal },
    fetch,
    ...(admit && { admit }),
  });
  return provideFetch(egress, { rules: { hosts: allowed, loopback: false }, ...(lookup && { lookup }) });
}

const get = (url: string, rest: Partial<HostRequest> = {}): HostRequest => ({
  url,
  method: "GET",
  headers: [],
  redirect: "follow",
  ...rest,
});

const redirect = (status: number, location: string) => () => new Response(null, { status, headers: { location } });
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe("one request", () => {
  test("hands the answer over", async () => {
    const { fetch } = platform({
      "https://x.com/a": () => new Response("hello", { status: 404, statusText: "Nope", headers: { "x-b": "1" } }),
    });
    const response = await provide(fetch).send(get("https://x.com/a"));
    expect(response).toMatchObject({ status: 404, statusText: "Nope", url: "https://x.com/a", redirected: false });
    expect(response.headers).toContainEqual(["x-b", "1"]);
    expect(text(response.body)).toBe("hello");
  });

  test("sends text, parameters, bytes and forms", async () => {
    const { sent, fetch } = platform({ "https://x.com/": () => new Response() });
    const { send } = provide(fetch);
    const post = (body: NonNullable<HostRequest["body"]>) => send(get("https://x.com/", { method: "POST", body }));
    await post({ tag: "text", val: '{"a":1}' });
    await post({ tag: "params", val: "a=1&b=%20" });
    await post({ tag: "bytes", val: new Uint8Array([104, 105]) });
    await post({
      tag: "form",
      val: [
        { name: "field", value: new TextEncoder().encode("värde") },
        { name: "file", value: new Uint8Array([1, 2]), filename: "a.bin", contentType: "image/x" },
      ],
    });
    expect(sent.slice(0, 3).map(({ body }) => body)).toEqual(['{"a":1}', "a=1&b=%20", "hi"]);
    expect(sent[1]?.headers["content-type"]).toBe("application/x-www-form-urlencoded;charset=UTF-8");
    expect(sent[3]?.headers["content-type"]).toMatch(/^multipart\/form-data; ?boundary=/);
    expect(sent[3]?.body).toMatch(/name="field"[^]*värde[^]*name="file"; filename="a\.bin"[^]*image\/x/);
  });

  test("keeps headers that belong to the connection or to Cloudflare to the platform", async () => {
    const { sent, fetch } = platform({ "https://x.com/": () => new Response() });
    await provide(fetch).send(
      get("https://x.com/", {
        headers: [
          ["Host", "evil.com"],
          ["CF-Connecting-IP", "1.2.3.4"],
          ["X-Forwarded-For", "1.2.3.4"],
          ["Content-Length", "99"],
          ["Transfer-Encoding", "chunked"],
          ["Connection", "keep-alive"],
          ["Authorization", "Bearer t"],
          ["Cookie", "a=b"],
          ["X-Own", "1"],
        ],
      }),
    );
    expect(sent[0]?.headers).toEqual({ authorization: "Bearer t", cookie: "a=b", "x-own": "1" });
  });

  test("turns a name and password in the address into an Authorization header", async () => {
    const { sent, fetch } = platform({ "https://x.com/": () => new Response() });
    await provide(fetch).send(get("https://m%C3%A4x:p%40ss@x.com/"));
    expect(sent[0]?.headers["authorization"]).toBe(`Basic ${btoa("m\u00c3\u00a4x:p@ss")}`);
  });

  test.each(["CONNECT", "TRACE", "BAD METHOD"])("refuses the method %s", async (method) => {
    const { sent, fetch } = platform({});
    await expect(provide(fetch).send(get("https://x.com/", { method }))).rejects.toMatchObject({ name: "TypeError" });
    expect(sent).toEqual([]);
  });

  test("refuses a GET with a body", async () => {
    const request = get("https://x.com/", { body: { tag: "text", val: "x" } });
    await expect(provide(platform({}).fetch).send(request)).rejects.toThrow("GET/HEAD method cannot have body");
  });

  test("reports a connection that fails as a NetworkError with its reason", async () => {
    await expect(provide(platform({}).fetch).send(get("https://x.com/"))).rejects.toMatchObject({
      name: "NetworkError",
      message: "request to https://x.com/ failed, reason: no route to https://x.com/",
    });
  });
});

describe("what may be reached", () => {
  test("checks the address before anything is sent", async () => {
    const { sent, fetch } = platform({ "http://127.0.0.1/": () => new Response() });
    await expect(provide(fetch).send(get("http://127.0.0.1/"))).rejects.toMatchObject({ name: "DeniedError" });
    expect(sent).toEqual([]);
  });

  test("checks what a name stands for", async () => {
    const { sent, fetch } = platform({ "https://rebind.com/": () => new Response() });
    const lookup = async () => ["10.0.0.7"];
    await expect(provide(fetch, { lookup }).send(get("https://rebind.com/"))).rejects.toMatchObject({
      name: "DeniedError",
    });
    expect(sent).toEqual([]);
  });

  test("a name that is not known is a NetworkError", async () => {
    const lookup = async (): Promise<string[]> => {
      throw new Error("getaddrinfo ENOTFOUND nowhere.com");
    };
    await expect(provide(platform({}).fetch, { lookup }).send(get("https://nowhere.com/"))).rejects.toMatchObject({
      name: "NetworkError",
      message: expect.stringContaining("ENOTFOUND") as string,
    });
  });

  test("checks every redirect", async () => {
    const { sent, fetch } = platform({
      "https://x.com/": redirect(302, "https://y.com/"),
      "https://x.com/in": redirect(307, "http://169.254.169.254/"),
    });
    await expect(provide(fetch, { allowed: ["x.com"] }).send(get("https://x.com/"))).rejects.toMatchObject({
      name: "DeniedError",
    });
    await expect(provide(fetch).send(get("https://x.com/in"))).rejects.toMatchObject({ name: "DeniedError" });
    expect(sent.map(({ url }) => url)).toEqual(["https://x.com/", "https://x.com/in"]);
  });
});

describe("redirects", () => {
  const post = (url: string): HostRequest =>
    get(url, {
      method: "POST",
      body: { tag: "text", val: "body" },
      headers: [
        ["Authorization", "t"],
        ["Cookie", "c"],
        ["Content-Type", "text/x"],
        ["X-Own", "1"],
      ],
    });

  test.each([
    [301, "GET", ""],
    [302, "GET", ""],
    [303, "GET", ""],
    [307, "POST", "body"],
    [308, "POST", "body"],
  ])("a POST that is answered with %i goes on as %s", async (status, method, body) => {
    const { sent, fetch } = platform({
      "https://x.com/a": redirect(status, "/b"),
      "https://x.com/b": () => new Response("end"),
    });
    const response = await provide(fetch).send(post("https://x.com/a"));
    expect(response).toMatchObject({ url: "https://x.com/b", redirected: true });
    expect(sent[1]).toMatchObject({ method, body });
    expect(sent[1]?.headers["content-type"]).toBe(method === "GET" ? undefined : "text/x");
    expect(sent[1]?.headers).toMatchObject({ authorization: "t", cookie: "c", "x-own": "1" });
  });

  test("drops credentials on the way to another origin", async () => {
    const { sent, fetch } = platform({
      "https://x.com/": redirect(307, "https://y.com/"),
      "https://y.com/": () => new Response(),
    });
    await provide(fetch).send(post("https://x.com/"));
    expect(sent[1]?.headers).toEqual({ "content-type": "text/x", "x-own": "1" });
  });

  test("follows five and no more", async () => {
    const chain = (length: number) =>
      Object.fromEntries(
        Array.from({ length: length + 1 }, (_, i) => [
          `https://x.com/${i}`,
          i === length ? () => new Response("end") : redirect(302, `/${i + 1}`),
        ]),
      );
    expect((await provide(platform(chain(5)).fetch).send(get("https://x.com/0"))).url).toBe("https://x.com/5");
    await expect(provide(platform(chain(6)).fetch).send(get("https://x.com/0"))).rejects.toThrow(
      "redirects more than 5 times",
    );
  });

  test("are handed over when the plugin asks for them, and refused when it refuses them", async () => {
    const { fetch } = platform({ "https://x.com/": redirect(302, "https://y.com/") });
    const manual = await provide(fetch).send(get("https://x.com/", { redirect: "manual" }));
    expect(manual).toMatchObject({ status: 302, redirected: false });
    expect(manual.headers).toContainEqual(["location", "https://y.com/"]);
    await expect(provide(fetch).send(get("https://x.com/", { redirect: "error" }))).rejects.toMatchObject({
      name: "NetworkError",
    });
  });

  test("to no address are a NetworkError; without an address they are answers", async () => {
    const { fetch } = platform({
      "https://x.com/bad": redirect(302, "https://"),
      "https://x.com/none": () => new Response("see", { status: 302 }),
    });
    await expect(provide(fetch).send(get("https://x.com/bad"))).rejects.toMatchObject({ name: "NetworkError" });
    expect((await provide(fetch).send(get("https://x.com/none"))).status).toBe(302);
  });
});

describe("the size of an answer", () => {
  test("is bounded while it is read", async () => {
    let pulled = 0;
    let cancelled = false;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            pulled++;
            controller.enqueue(new Uint8Array(1000));
          },
          cancel() {
            cancelled = true;
          },
        }),
      );
    const { fetch } = platform({ "https://x.com/": endless });
    await expect(
      provide(fetch, { limits: { fetchResponseBytes: 10_000 } }).send(get("https://x.com/")),
    ).rejects.toMatchObject({
      name: "RangeError",
      message: expect.stringContaining("larger than 10000 bytes") as string,
    });
    expect(cancelled).toBe(true);
    expect(pulled).toBeLessThan(20);
  });

  test("may be exactly the limit", async () => {
    const { fetch } = platform({ "https://x.com/": () => new Response("x".repeat(100)) });
    expect(
      (await provide(fetch, { limits: { fetchResponseBytes: 100 } }).send(get("https://x.com/"))).body.length,
    ).toBe(100);
  });

  test("a body that breaks off is a NetworkError", async () => {
    const broken = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new Uint8Array(3));
            controller.error(new Error("connection reset"));
          },
        }),
      );
    const { fetch } = platform({ "https://x.com/": broken });
    await expect(provide(fetch).send(get("https://x.com/"))).rejects.toMatchObject({
      name: "NetworkError",
      message: expect.stringContaining("connection reset") as string,
    });
  });
});

describe("what a plugin may ask for", () => {
  const bodies: NonNullable<HostRequest["body"]>[] = [
    { tag: "text", val: "\u00e9".repeat(600) },
    { tag: "bytes", val: new Uint8Array(1200) },
    { tag: "params", val: "a=" + "1".repeat(1200) },
    { tag: "form", val: [{ name: "f", value: new Uint8Array(1200) }] },
  ];
  test.each(bodies)("is so many bytes a request: $tag", async (body) => {
    const { sent, fetch } = platform({ "https://x.com/": () => new Response() });
    const { send } = provide(fetch, { limits: { fetchRequestBytes: 1000 } });
    await expect(send(get("https://x.com/", { method: "POST", body }))).rejects.toMatchObject({
      name: "RangeError",
      message: expect.stringMatching(/at most 1000 are sent \(the limit fetchRequestBytes\)/) as string,
    });
    expect(sent).toEqual([]);
  });

  test("is so many bytes of headers and address too", async () => {
    const { send } = provide(platform({}).fetch, { limits: { fetchRequestBytes: 1000 } });
    await expect(send(get(`https://x.com/${"a".repeat(1000)}`))).rejects.toMatchObject({ name: "RangeError" });
    const headers: [string, string][] = [["x", "a".repeat(1000)]];
    await expect(send(get("https://x.com/", { headers }))).rejects.toMatchObject({ name: "RangeError" });
  });

  test("is so many requests at a time: the others wait for their turn, in order, whatever becomes of those before", async () => {
    const waiting: { url: string; answer: (response: Response | Promise<never>) => void }[] = [];
    const fetch: PlatformFetch = (url) => new Promise((answer) => waiting.push({ url, answer }));
    const { send } = provide(fetch, { limits: { concurrentFetches: 2 } });
    const all = Promise.allSettled([1, 2, 3, 4].map((n) => send(get(`https://x.com/${n}`))));
    const urls = () => waiting.map(({ url }) => url.slice(-1)).join("");
    const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
    await settle();
    expect(urls()).toBe("12");
    waiting[1]?.answer(Promise.reject(new Error("broken")));
    await settle();
    expect(urls()).toBe("123");
    waiting[0]?.answer(new Response());
    await settle();
    expect(urls()).toBe("1234");
    for (const { answer } of waiting) answer(new Response());
    expect((await all).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  });

  test("is so many requests a minute for each config", () => {
    const rate = new RequestRate();
    const take = (config: number, now: number) => rate.take(config, 60, now);
    for (let i = 0; i < 60; i++) take(1, 0);
    expect(() => take(1, 0)).toThrow("limited to 60 a minute (the limit fetchesPerMinute)");
    take(2, 0);
    expect(() => take(1, 999)).toThrow();
    take(1, 1000);
    expect(() => take(1, 1000)).toThrow();
    // A clock that goes back gives nothing.
    expect(() => take(1, 0)).toThrow();
    for (let i = 0; i < 60; i++) take(1, 1_000_000);
    expect(() => take(1, 1_000_000)).toThrow();
  });

  test("counts redirects, and nothing that is refused", async () => {
    const rate = new RequestRate();
    const { sent, fetch } = platform({
      "https://x.com/": redirect(302, "/2"),
      "https://x.com/2": redirect(302, "/3"),
      "https://x.com/3": () => new Response(),
    });
    const { send } = provide(fetch, { admit: () => rate.take(1, 2, 0) });
    for (let i = 0; i < 5; i++) await expect(send(get("http://127.0.0.1/"))).rejects.toThrow("denied");
    await expect(send(get("https://x.com/"))).rejects.toMatchObject({ name: "RateLimitError" });
    expect(sent.map(({ url }) => url)).toEqual(["https://x.com/", "https://x.com/2"]);
  });

  test("is asked before anything is sent", async () => {
    const { sent, fetch } = platform({ "https://x.com/": () => new Response() });
    const admit = () => new RequestRate().take(1, 0, 0);
    await expect(provide(fetch, { admit }).send(get("https://x.com/"))).rejects.toMatchObject({
      name: "RateLimitError",
    });
    expect(sent).toEqual([]);
  });
});

describe("the end of a request", () => {
  /** Answers when the signal tells it to stop, as platforms do. */
  const hanging: PlatformFetch = (_url, { signal }) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason as Error));
    });
  const trickling: PlatformFetch = async () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) }));

  test.each([
    ["an answer that never comes", hanging],
    ["a body that never ends", trickling],
  ])("comes by its time: %s", async (_what, fetch) => {
    const { send } = provide(fetch, { limits: { fetchMs: 5 } });
    await expect(send(get("https://x.com/"))).rejects.toMatchObject({
      name: "NetworkError",
      message: "request to https://x.com/ failed, reason: it took more than 5 milliseconds (the limit fetchMs)",
    });
  });

  test.each([
    ["an answer that never comes", hanging],
    ["a body that never ends", trickling],
  ])("comes with the call's: %s", async (_what, fetch) => {
    const call = new AbortController();
    const sending = provide(fetch, { signal: call.signal }).send(get("https://x.com/"));
    const ended = expect(sending).rejects.toMatchObject({ name: "NetworkError" });
    await new Promise((resolve) => setTimeout(resolve, 0));
    call.abort();
    await ended;
  });

  test("comes before its beginning, once the call is over", async () => {
    const { sent, fetch } = platform({ "https://x.com/": () => new Response() });
    await expect(provide(fetch, { signal: AbortSignal.abort() }).send(get("https://x.com/"))).rejects.toThrow();
    expect(sent).toEqual([]);
  });
});
