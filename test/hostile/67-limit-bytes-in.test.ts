import { describe, expect, test } from "vitest";

import { loadPlugin } from "../runtime/support/load-plugin.ts";
import { response } from "../runtime/support/records.ts";
import { stopped } from "./support/attack.ts";

describe("Capabilities hand a call so many characters and bytes, and no more.", () => {
  const limits = { bytesIn: 10_000 };
  test.each([
    ["many little answers", "await meta.storage.set('k', 'x'.repeat(1000)); for (;;) await meta.storage.get('k')"],
    ["a decoded text", "await new Response(new Uint8Array(20000)).text()"],
    ["an address that grows when it is read", "new URL('https://x.com/' + '\\u0400'.repeat(3000))"],
  ])("%s", async (_, body) => {
    await stopped("bytesIn", body, { limits });
  });

  test("a large answer", async () => {
    const plugin = await loadPlugin("exports.onEvent = async () => (await fetch('https://x.com')).status", {
      raw: true,
      limits,
    });
    plugin.records.respond = () => response(200, "x".repeat(20_000));
    expect((await plugin.call("onEvent", [{}])).outcome).toMatchObject({
      kind: "limit",
      limit: "bytesIn",
      value: 10_000,
    });
    expect(plugin.sandbox.lost).toBe(true);
  });

  test("answers that nobody waits for count too", async () => {
    const plugin = await loadPlugin(
      "exports.onEvent = () => { for (let i = 0; i < 20; i++) fetch('https://x.com'); return 1 }",
      { raw: true, limits },
    );
    plugin.records.respond = () => response(200, "x".repeat(1_000));
    expect((await plugin.call("onEvent", [{}])).outcome).toMatchObject({ kind: "limit", limit: "bytesIn" });
  });
});
