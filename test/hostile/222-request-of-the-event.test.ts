import { describe, expect, test } from "vitest";

import { loadPlugin } from "../runtime/support/load-plugin.ts";
import { survived } from "./support/attack.ts";

describe("What a request says is data: of the event in hand, and of no other.", () => {
  test("a visitor's words are texts, whatever they are", async () => {
    const plugin = await loadPlugin(
      "exports.onEvent = (event, { request }) => [request.userAgent, request.consent, {}.polluted ?? null, Object.getPrototypeOf(request) === Object.prototype]",
      { raw: true },
    );
    for (const text of ['{"__proto__":{"polluted":1}}', "__proto__", "\u0000", "]]}", "\u2028", "x".repeat(1024)]) {
      plugin.records.request = { userAgent: text, consent: text };
      expect(await plugin.run("onEvent", {})).toEqual([text, text, null, true]);
    }
  });

  test("nothing of one request is left for the next event", async () => {
    const plugin = await loadPlugin(
      `let kept;
       exports.onEvent = async (event, { request }) => {
         const before = kept ? { ...kept } : null;
         kept = request;
         await null;
         return [before?.userAgent ?? null, request.userAgent, request.consent];
       }`,
      { raw: true },
    );
    plugin.records.request = { userAgent: "first", consent: "secret" };
    await plugin.run("onEvent", {});
    plugin.records.request = { userAgent: "second" };
    expect(await plugin.run("onEvent", {})).toEqual(["second", "second", null]);
  });

  test("a plugin may break its own view of it, and nothing else", async () => {
    const body = `
      const { request } = meta;
      Object.prototype.country = "polluted";
      Object.defineProperty(request, "asn", { value: 5 });
      request.userAgent = "written";
      const seen = [request.country, request.asn, request.userAgent];
      delete Object.prototype.country;
      return [...seen, request.country]`;
    expect(await survived(body)).toEqual([null, 5, null, null]);
  });
});
