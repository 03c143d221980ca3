import { describe, expect, test } from "vitest";

import { attack, survived } from "./support/attack.ts";
import { network, PERSONAL_KEY, SECRET } from "./support/network.ts";

const USE = "await fetch('https://api.x.com/', { headers: { authorization: meta.config.apiKey } })";
const bytes = (text: string) => new TextEncoder().encode(text);

const REFLECTIONS: [string, string][] = [
  ["as it is", SECRET],
  ["with its header", `{"authorization":"Bearer ${SECRET}"}`],
  ["in JSON that escapes slashes", JSON.stringify({ a: SECRET }).replaceAll("/", "\\/")],
  ["in an address", `?a=${encodeURIComponent(SECRET)}`],
  ["in an address, in small letters", encodeURIComponent(SECRET).toLowerCase()],
  ["in a form", new URLSearchParams({ a: SECRET }).toString()],
  ["in base64", btoa(SECRET)],
  ["in base64 after one byte", btoa(`:${SECRET}`)],
  ["in base64 after its scheme", btoa(`Bearer ${SECRET}`)],
  ["in base64 of addresses", btoa(`::${SECRET}::`).replaceAll("+", "-").replaceAll("/", "_")],
  ["in hex", [...bytes(SECRET)].map((byte) => byte.toString(16)).join("")],
];

/** What a secret gives itself away by: pieces of it that no other text has. */
const TRACES = [SECRET, "s3cr", btoa(SECRET).slice(4, 16), "733363722f65742b", "M2NyL2V0K2tle", "zY3IvZXQra2V5"];

describe("A secret that comes back is taken out of the answer.", () => {
  test.each(REFLECTIONS)("%s", async (_how, text) => {
    const { left, options } = network({
      answer: () => new Response(`before ${text} after`, { statusText: "OK", headers: { "x-echo": `a ${text} b` } }),
    });
    const seen = await survived(`const r = ${USE}; return [await r.text(), r.headers.get("x-echo"), r.url]`, options);
    expect(left[0]?.headers["authorization"]).toBe(`Bearer ${SECRET}`);
    const told = JSON.stringify(seen);
    expect(told).toContain("[redacted]");
    for (const trace of TRACES) expect(told).not.toContain(trace);
    expect(seen).toEqual([
      expect.stringMatching(/^before .* after$/),
      expect.stringMatching(/^a .* b$/),
      "https://api.x.com/",
    ]);
  });

  test("in two chunks, among bytes that are no text", async () => {
    const whole = new Uint8Array([255, 254, ...bytes(SECRET), 0, 128]);
    const { options } = network({
      answer: () =>
        new Response(
          new ReadableStream({
            start(controller) {
              controller.enqueue(whole.slice(0, 7));
              controller.enqueue(whole.slice(7));
              controller.close();
            },
          }),
        ),
    });
    const expected = [255, 254, ...bytes("[redacted]"), 0, 128];
    expect(await survived(`return [...await (${USE}).bytes()]`, options)).toEqual(expected);
  });

  test("in the answer of another host, which has heard it from the first", async () => {
    const { options } = network({ answer: () => new Response(SECRET) });
    expect(await survived("return (await fetch('https://y.com/')).text()", options)).toBe("[redacted]");
  });

  test("in the name of a header, in the status and in the address", async () => {
    const { options } = network({
      fields: [
        { key: "apiKey", type: "string", secret: true, inject: { host: ["api.x.com"], header: "A", format: "{}" } },
      ],
      answer: ({ url }) => {
        const token = encodeURIComponent(SECRET);
        if (url.includes(token)) return new Response("", { statusText: SECRET, headers: { "x-s3cret": "1" } });
        return new Response(null, { status: 302, headers: { location: `/${token}` } });
      },
    });
    const seen = await survived(`const r = ${USE}; return [r.url, r.statusText]`, options);
    expect(seen).toEqual(["https://api.x.com/[redacted]", "[redacted]"]);
  });

  test("in what is said about a failure", async () => {
    const { options } = network({
      answer: () => {
        throw new TypeError(`Invalid header: Bearer ${SECRET}`);
      },
    });
    const { result } = await attack(USE, options);
    expect(result.outcome.kind).toBe("threw");
    expect(result.outcome.message).toContain("Invalid header: Bearer [redacted]");
  });

  test("the team's personal key too", async () => {
    const { left, options } = network({
      answer: () => Response.json({ key: PERSONAL_KEY }, { headers: { "x-key": PERSONAL_KEY } }),
    });
    const body =
      "const r = await posthog.api.get('/api/personal_api_keys'); return [await r.text(), r.headers.get('x-key')]";
    expect(await survived(body, options)).toEqual(['{"key":"[redacted]"}', "[redacted]"]);
    expect(left[0]?.headers["authorization"]).toBe(`Bearer ${PERSONAL_KEY}`);
  });
});
