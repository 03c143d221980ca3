import { describe, expect, test } from "vitest";

import { attack, survived } from "./support/attack.ts";
import { network } from "./support/network.ts";

describe("A plugin cannot pass for somebody else by its headers.", () => {
  test.each([
    "Host",
    "CF-Connecting-IP",
    "cf-worker",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Real-IP",
    "True-Client-IP",
    "Forwarded",
    "Proxy-Authorization",
    "Transfer-Encoding",
    "Content-Length",
  ])("%s is left out", async (name) => {
    const { left, options } = network();
    await survived(
      `await fetch("https://x.com/", { method: "POST", body: "b", headers: [["${name}", "1"], ["x-own", "2"]] })`,
      options,
    );
    const { "content-type": _, ...headers } = left[0]?.headers ?? {};
    expect(headers).toEqual({ "x-own": "2" });
  });

  test.each(["a\\r\\nHost: evil.com", "a\\nb", "a\\u0000"])("a value of %s is refused", async (value) => {
    const { left, options } = network();
    const { result } = await attack(`await fetch("https://x.com/", { headers: { "x-own": "${value}" } })`, options);
    expect(result.outcome.kind).toBe("threw");
    expect(left).toEqual([]);
  });
});
