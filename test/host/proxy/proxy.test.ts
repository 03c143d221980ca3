import { describe, expect, test, vi } from "vitest";
import { type ProxyDeps, proxy } from "../../../host/proxy/proxy.ts";

const OWN_TOKEN = "admin-token";

/** A proxy in front of an upstream that echoes, with a record of what reached that upstream. */
function setUp(changes: Partial<ProxyDeps> = {}) {
  const reached: string[] = [];
  const deps: ProxyDeps = {
    upstream: () => ({ host: "https://posthog.test" }),
    isOwnToken: async (token) => token === OWN_TOKEN,
    fetch: async (url) => {
      reached.push(url);
      return new Response("upstream");
    },
    ...changes,
  };
  const ask = (path: string, init?: RequestInit) => proxy(new Request(`https://events.test${path}`, init), deps);
  return { reached, ask };
}

test("a request of a team with an upstream goes there", async () => {
  const { reached, ask } = setUp();
  expect(await (await ask("/flags/?v=2", { method: "POST", body: "{}" })).text()).toBe("upstream");
  expect(reached).toEqual(["https://posthog.test/flags/?v=2"]);
});

test("which upstream that is may depend on the request, and take time to find", async () => {
  const { reached, ask } = setUp({
    upstream: async (request) => (request.url.includes("token=phc_b") ? { host: "https://b.test" } : null),
  });
  expect(await (await ask("/api/surveys/?token=phc_b")).text()).toBe("upstream");
  expect(await (await ask("/api/surveys/?token=phc_a")).json()).toEqual({ surveys: [] });
  expect(reached).toEqual(["https://b.test/api/surveys/?token=phc_b"]);
});

describe("answered here", () => {
  test("are preflights", async () => {
    const { reached, ask } = setUp();
    const headers = {
      Origin: "https://shop.test",
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "authorization",
    };
    const answer = await ask("/flags/", { method: "OPTIONS", headers });
    expect(answer.headers.get("Access-Control-Allow-Headers")).toBe("authorization");
    expect(reached).toEqual([]);
  });

  test("are WebSockets, with a refusal", async () => {
    const { reached, ask } = setUp();
    const answer = await ask("/ws", { headers: { Upgrade: "WebSocket", Connection: "Upgrade" } });
    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({ code: "websocket_not_supported" });
    expect(reached).toEqual([]);
  });

  test.each(["Bearer admin-token", "bearer  admin-token"])(
    "are requests with our own credential, %s",
    async (Authorization) => {
      const { reached, ask } = setUp();
      const answer = await ask("/api/plugin", { headers: { Authorization } });
      expect(answer.status).toBe(404);
      expect(reached).toEqual([]);
    },
  );
});

test("while nobody can say which upstream that is, SDKs are asked to come again", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const { reached, ask } = setUp({ upstream: () => Promise.reject(new Error("no registry")) });
  const answer = await ask("/s/", { method: "POST", body: "recording", headers: { Origin: "https://shop.test" } });
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: "service_unavailable" });
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "retry-after": "5",
    "access-control-allow-origin": "https://shop.test",
    "access-control-expose-headers": "Retry-After",
  });
  expect(logged).toHaveBeenCalledWith("proxy: POST /s/ answered 503:", new Error("no registry"));
  expect(reached).toEqual([]);
  logged.mockRestore();
});

test("an offer of HTTP/2, as Java clients make it, is no reason to refuse", async () => {
  const { ask } = setUp();
  expect((await ask("/flags/", { headers: { Upgrade: "h2c", Connection: "Upgrade, HTTP2-Settings" } })).status).toBe(
    200,
  );
});

test("a credential for PostHog goes to PostHog", async () => {
  const { reached, ask } = setUp();
  await ask("/flags/definitions?token=phc_a", { headers: { Authorization: "Bearer phx_a" } });
  expect(reached).toEqual(["https://posthog.test/flags/definitions?token=phc_a"]);
});
