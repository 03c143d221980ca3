import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { bothWays } from "../../support/both-ways.ts";
import { loadPlugin } from "../../support/load-plugin.ts";

/** Makes a body of a plan and reads it in one way, and then once more. */
const READ = `async (plan, init, way, cloned) => {
  const [kind, value] = plan;
  const body = {
    none: () => undefined,
    text: () => value,
    bytes: () => new Uint8Array(value),
    part: () => new Uint8Array([9, ...value, 9]).subarray(1, -1),
    buffer: () => new Uint8Array(value).buffer,
    words: () => new Uint16Array(value),
    blob: () => new Blob([new Uint8Array(value), "é"], { type: "Text/Plain" }),
    params: () => new URLSearchParams(value),
  }[kind]();
  const response = new Response(body, init);
  const copy = cloned ? response.clone() : response;
  if (ArrayBuffer.isView(body)) body.fill(0);
  const tell = async (from) => {
    const read = await from[way]();
    if (read instanceof Blob) return [read.type.toLowerCase(), read.size, ...new Uint8Array(await read.arrayBuffer())];
    if (read instanceof ArrayBuffer) return [...new Uint8Array(read)];
    if (read instanceof FormData) return [...read];
    return read instanceof Uint8Array ? [...read] : read;
  };
  const attempt = async (from) => { try { return await tell(from) } catch (e) { return "threw " + e.name } };
  return [response.status, response.ok, init.statusText && response.statusText, [...response.headers], response.bodyUsed, await attempt(response), response.bodyUsed,
    await attempt(response), copy.bodyUsed, await attempt(copy), (() => { try { return response.clone().status } catch (e) { return e.name } })()];
}`;

const bytes = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0x7b, 0x7d, 0x31, 0xef, 0xbb, 0xbf)), { maxLength: 6 });
const body = fc.oneof(
  fc.constant(["none"]),
  fc.tuple(fc.constant("text"), fc.constantFrom("", "1", '{"a":[1]}', "é", "\ufeff[]", "a=1&b=%20c", "nonsense")),
  fc.tuple(fc.constantFrom("bytes", "part", "buffer", "words", "blob"), bytes),
  fc.tuple(fc.constant("params"), fc.constantFrom("a=1&b=2", "")),
);
const init = fc.record(
  {
    status: fc.constantFrom(200, 201, 299, 300, 404, 599, 600, 199, 0),
    statusText: fc.constantFrom("", "OK", "not\nlegal"),
    headers: fc.constantFrom({}, { "Content-Type": "application/x-www-form-urlencoded" }, { "X-A": "1" }),
  },
  { requiredKeys: [] },
);

describe("Response", () => {
  test("does what the platform's does", async () => {
    const expectSame = await bothWays(READ);
    const way = fc.constantFrom("text", "json", "arrayBuffer", "bytes", "blob", "formData");
    const property = fc.asyncProperty(body, init, way, fc.boolean(), async (plan, facts, how, isCloned) => {
      // The platform leaves a body alone that it cannot know to be a form.
      fc.pre(how !== "formData" || ["text", "params", "blob"].includes(`${plan[0]}`));
      await expectSame(plan, facts, how, isCloned);
    });
    await fc.assert(property, { numRuns: 120 });
  });

  test("has the statics of the web", async () => {
    const plugin = await loadPlugin(`
      const attempt = (run) => { try { return run() } catch (e) { return e.name } };
      const tell = (r) => r instanceof Response ? [r.status, r.type, r.ok, [...r.headers]] : r;
      export const onEvent = async () => [
        ...[() => Response.error(), () => Response.redirect("https://x.com/a b"), () => Response.redirect("https://x.com/", 307),
          () => Response.redirect("nowhere"), () => Response.redirect("https://x.com/", 200), () => Response.json({ a: 1 }, { status: 201 }),
          () => new Response(null, { status: 204 }), () => new Response("", { status: 204 }), () => Response.json(undefined), () => Response.json(() => {})].map((run) => tell(attempt(run))),
        await Response.json([1]).text(), await new Response("é\\ud800").text(), await new Blob(["\\ufeffa\\udc00"]).text(),
      ];
    `);
    expect(await plugin.run("onEvent", {})).toEqual([
      [0, "error", false, []],
      [302, "default", false, [["location", "https://x.com/a%20b"]]],
      [307, "default", false, [["location", "https://x.com/"]]],
      "TypeError",
      "RangeError",
      [201, "default", true, [["content-type", "application/json"]]],
      [204, "default", true, []],
      "TypeError",
      "TypeError",
      "TypeError",
      "[1]",
      "é\ufffd",
      "a\ufffd",
    ]);
  });

  test("of node-fetch is a Response, and what is no JSON is an error of its own there", async () => {
    const plugin = await loadPlugin(`
      import fetch, { Response as NodeResponse, FetchError } from "node-fetch";
      export const onEvent = async () => {
        const response = await fetch("https://x.com");
        const copy = response.clone();
        const error = await copy.json().catch((e) => e);
        return [response instanceof Response, NodeResponse === Response, error instanceof FetchError, error.name, error.type, error.message,
          Object.keys(error), (await response.buffer()).toString()];
      };
    `);
    plugin.records.respond = () => ({
      status: 200,
      statusText: "OK",
      headers: [],
      url: "https://x.com/",
      redirected: false,
      body: new TextEncoder().encode("<html>"),
    });
    expect(await plugin.run("onEvent", {})).toEqual([
      true,
      true,
      true,
      "FetchError",
      "invalid-json",
      expect.stringMatching(/^invalid json response body at https:\/\/x\.com\/ reason: /),
      ["type"],
      "<html>",
    ]);
  });
});
