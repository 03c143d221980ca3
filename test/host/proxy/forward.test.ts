import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Fetch, forward } from "../../../host/proxy/forward.ts";

const HOST = "https://us.i.posthog.com";
const bytes = (text: string) => new TextEncoder().encode(text);

/** An upstream that answers as told and keeps the requests as it got them, their bodies unread. */
function upstream(answer: () => Response | Promise<Response>) {
  const received: { url: string; init: RequestInit }[] = [];
  const fetch: Fetch = async (url, init) => {
    received.push({ url, init });
    return await answer();
  };
  return { received, fetch };
}

const request = (path: string, init?: RequestInit) => new Request(`https://events.test${path}`, init);

const logged = vi.spyOn(console, "error").mockImplementation(() => {});

beforeEach(() => {
  logged.mockClear();
});

describe("the request", () => {
  test("goes on with its method, path, query and body, and its redirects are not followed", async () => {
    const { received, fetch } = upstream(() => new Response("{}"));
    await forward(request("/api/x/?a=%20&b=%2F&a=2", { method: "PATCH", body: "hello" }), HOST, fetch);
    expect(received).toHaveLength(1);
    const [{ url, init } = { url: "", init: {} }] = received;
    expect(url).toBe("https://us.i.posthog.com/api/x/?a=%20&b=%2F&a=2");
    expect(init.method).toBe("PATCH");
    expect(init.redirect).toBe("manual");
    expect(await new Response(init.body as ReadableStream).text()).toBe("hello");
  });

  test.each(["GET", "HEAD"])("goes on without the body that an old client sends with a %s", async (method) => {
    const { received, fetch } = upstream(() => new Response(null));
    const old = request("/api/feature_flag/", { method: "POST", body: "{}", headers: { "Content-Length": "2" } });
    // A Request that is made here cannot be what may well arrive.
    Object.defineProperty(old, "method", { value: method });
    expect((await forward(old, HOST, async (url, init) => fetch(url, new Request(url, init)))).status).toBe(200);
    expect(received[0]?.init).toMatchObject({ method, body: null });
    expect(new Headers(received[0]?.init.headers).has("Content-Length")).toBe(false);
  });

  test("for assets goes to the assets host and its answer keeps what caches need", async () => {
    const { received, fetch } = upstream(
      () => new Response("js", { headers: { "Cache-Control": "public, max-age=300", ETag: '"1"', Age: "7" } }),
    );
    const answer = await forward(
      request("/array/phc_a/config.js?v=1", { headers: { "If-None-Match": '"0"' } }),
      HOST,
      fetch,
    );
    expect(received[0]?.url).toBe("https://us-assets.i.posthog.com/array/phc_a/config.js?v=1");
    expect(new Headers(received[0]?.init.headers).get("If-None-Match")).toBe('"0"');
    expect(answer.headers.get("Cache-Control")).toBe("public, max-age=300");
    expect(answer.headers.get("ETag")).toBe('"1"');
    expect(answer.headers.get("Age")).toBe("7");
  });

  test("keeps a compressed body as the client sent it", async () => {
    const { received, fetch } = upstream(() => new Response("{}"));
    const body = new Uint8Array([0x1f, 0x8b, 0x08, 0, 255, 254, 0]);
    await forward(request("/s/", { method: "POST", body, headers: { "Content-Encoding": "gzip" } }), HOST, fetch);
    const init = received[0]?.init;
    expect(new Headers(init?.headers).get("Content-Encoding")).toBe("gzip");
    expect(new Uint8Array(await new Response(init?.body as ReadableStream).arrayBuffer())).toEqual(body);
  });
});

describe("streaming", () => {
  test("passes a body on before its end exists", async () => {
    const steps: string[] = [];
    let finish = (): void => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          pulls += 1;
          if (pulls === 1) {
            steps.push("client sends the first part");
            controller.enqueue(bytes("first "));
            return;
          }
          await finished;
          steps.push("client sends the last part");
          controller.enqueue(bytes("last"));
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const fetch: Fetch = async (_url, init) => {
      const reader = (init.body as ReadableStream<Uint8Array>).getReader();
      const first = await reader.read();
      steps.push(`upstream has "${new TextDecoder().decode(first.value)}"`);
      finish();
      const last = await reader.read();
      steps.push(`upstream has "${new TextDecoder().decode(last.value)}"`);
      return new Response("{}");
    };
    await forward(request("/s/", { method: "POST", body }), HOST, fetch);
    expect(steps).toEqual([
      "client sends the first part",
      'upstream has "first "',
      "client sends the last part",
      'upstream has "last"',
    ]);
  });

  test("passes an answer back before its end exists", async () => {
    const answer = new TransformStream<Uint8Array, Uint8Array>();
    const writer = answer.writable.getWriter();
    const { fetch } = upstream(() => new Response(answer.readable));
    const reader = (await forward(request("/api/stream"), HOST, fetch)).body?.getReader();
    const write = writer.write(bytes("first"));
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("first");
    await write;
    const end = writer.close();
    expect((await reader?.read())?.done).toBe(true);
    await end;
  });

  test("does not read a byte that nobody asks for", async () => {
    let pulls = 0;
    const endless = new ReadableStream<Uint8Array>({ pull: () => void (pulls += 1) }, { highWaterMark: 0 });
    const { fetch } = upstream(() => new Response("{}"));
    const answer = await forward(request("/s/", { method: "POST", body: endless }), HOST, fetch);
    expect(answer.status).toBe(200);
    expect(pulls).toBe(0);
  });
});

describe("the answer", () => {
  test.each([200, 206, 304, 204, 400, 404, 413, 429, 500, 503])("%i passes with its body", async (status) => {
    const empty = status === 204 || status === 304;
    const { fetch } = upstream(() => new Response(empty ? null : "body", { status, headers: { ETag: '"1"' } }));
    const answer = await forward(request("/static/a.js", { headers: { Range: "bytes=0-3" } }), HOST, fetch);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("ETag")).toBe('"1"');
    expect(await answer.text()).toBe(empty ? "" : "body");
  });

  test("may be read by the page that asked", async () => {
    const { fetch } = upstream(() => new Response("{}"));
    const answer = await forward(request("/flags/", { headers: { Origin: "https://shop.test" } }), HOST, fetch);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("https://shop.test");
    expect(answer.headers.get("Access-Control-Allow-Credentials")).toBe("true");
  });

  test("that redirects within the upstream redirects within ours", async () => {
    const { fetch } = upstream(() => new Response(null, { status: 302, headers: { Location: `${HOST}/login?a=1` } }));
    const answer = await forward(request("/"), HOST, fetch);
    expect(answer.status).toBe(302);
    expect(answer.headers.get("Location")).toBe("https://events.test/login?a=1");
  });

  test("loses its cookies", async () => {
    const headers = new Headers([
      ["Set-Cookie", "a=1"],
      ["Set-Cookie", "b=2"],
    ]);
    const { fetch } = upstream(() => new Response("{}", { headers }));
    expect((await forward(request("/decide/"), HOST, fetch)).headers.getSetCookie()).toEqual([]);
  });
});

describe("without an answer", () => {
  test("is 502 that the page can read, and the operator learns why", async () => {
    const { fetch } = upstream(() => Promise.reject(new Error("connection to 10.0.0.3 refused")));
    const answer = await forward(request("/flags/?v=2", { headers: { Origin: "https://shop.test" } }), HOST, fetch);
    expect(answer.status).toBe(502);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("https://shop.test");
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ type: "server_error", code: "upstream_unreachable" });
    expect(text).not.toContain("10.0.0.3");
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("/flags/"), expect.any(Error));
  });

  test("because the client broke off its upload is 502 and nothing else", async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error("client disconnected")),
    });
    const fetch: Fetch = async (_url, init) => new Response(await new Response(init.body as ReadableStream).text());
    expect((await forward(request("/s/", { method: "POST", body }), HOST, fetch)).status).toBe(502);
  });

  test.each(["us.i.posthog.com", "ftp://posthog.test", "https://events.test", "https://events.test/ph"])(
    "because POSTHOG_HOST is %s is 502 that names it, and no request is made",
    async (host) => {
      const { received, fetch } = upstream(() => new Response("{}"));
      const answer = await forward(request("/flags/"), host, fetch);
      expect(answer.status).toBe(502);
      expect(await answer.json()).toMatchObject({
        code: "upstream_misconfigured",
        detail: expect.stringContaining("POSTHOG_HOST"),
      });
      expect(received).toEqual([]);
    },
  );
});
