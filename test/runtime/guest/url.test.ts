import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";

import type { LoadedPlugin } from "../support/load-plugin.ts";
import { loadPlugin } from "../support/load-plugin.ts";

type Step = [method: string, ...args: unknown[]];

/** Does the same in a sandbox and out here; both ways JSON tells what came of it. */
const SEARCH_PARAMS = `(init, steps) => {
  const params = new URLSearchParams(init);
  const seen = steps.map(([method, ...args]) => {
    const result = params[method](...args);
    return [result === undefined ? null : result, params.toString(), params.size];
  });
  const pairs = [];
  params.forEach((value, name) => pairs.push([name, value]));
  return [seen, pairs, [...params], [...params.keys()], [...params.values()], String(params)];
}`;

const URLS = `(input, base, steps) => {
  const parts = (url) => [url.href, url.origin, url.protocol, url.username, url.password, url.host, url.hostname, url.port,
    url.pathname, url.search, url.hash, String(url), JSON.stringify(url), [...url.searchParams]];
  let url;
  try { url = new URL(input, base ?? undefined) } catch (e) { return e.name }
  return [parts(url), ...steps.map(([name, value]) => {
    if (name.startsWith("params.")) url.searchParams[name.slice(7)](...value);
    else try { url[name] = value } catch (e) { return e.name }
    return parts(url);
  })];
}`;

let plugin: LoadedPlugin;

beforeAll(async () => {
  plugin = await loadPlugin(`
    const searchParams = ${SEARCH_PARAMS};
    const urls = ${URLS};
    export const onEvent = ({ of, args }) => (of === "urls" ? urls : searchParams)(...args);
  `);
});

const inSandbox = (of: "urls" | "searchParams", ...args: unknown[]) => plugin.run("onEvent", { of, args });
// The code is this file's own, run here with the platform's classes.
const searchParamsHere = new Function(`return ${SEARCH_PARAMS}`)() as (init: unknown, steps: Step[]) => unknown;
const urlsHere = new Function(`return ${URLS}`)() as (
  input: string,
  base: string | null,
  steps: [string, unknown][],
) => unknown;

/** Without escapes of bytes that are no UTF-8: the platform keeps those as they are, against the standard (see below). */
const text = fc
  .oneof(
    fc.stringMatching(/^[a-c&=+%?# ]{0,6}$/),
    fc.constantFrom("a", "b", "", " ", "+", "%", "%2", "%20", "%zz", "%C3%A9", "é", "~!'()*-._", "\u{1f600}", "a&b=c"),
    fc.string({ unit: "grapheme", maxLength: 4 }),
  )
  .filter((candidate) => (candidate.match(/(?:%[0-9a-f]{2})+/gi) ?? []).every(isUtf8));

describe("URLSearchParams", () => {
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.tuple(fc.constantFrom("append", "set", "delete", "has"), text, text),
    fc.tuple(fc.constantFrom("get", "getAll", "has", "delete"), text),
    fc.constant<Step>(["sort"]),
  );

  test("does what the platform's does", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(text, fc.array(fc.tuple(text, text), { maxLength: 4 }), fc.dictionary(text, text, { maxKeys: 3 })),
        fc.array(step, { maxLength: 5 }),
        async (init, steps) => {
          expect(await inSandbox("searchParams", init, steps)).toEqual(plain(searchParamsHere(init, steps)));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("reads bytes that are not UTF-8 as the standard says, where the platform keeps them", async () => {
    const plugin = await loadPlugin(`export const onEvent = (query) => [...new URLSearchParams(query)].flat()`);
    expect(await plugin.run("onEvent", "%ff%41=%C3&%C3%A9%zz=%e2%82%ac+%")).toEqual([
      "\ufffdA",
      "\ufffd",
      "\u00e9%zz",
      "\u20ac %",
    ]);
  });

  test("is what require('url') gives", async () => {
    const module = await loadPlugin(
      "import { URL as A, URLSearchParams as B } from 'url'; export const onEvent = () => [A === URL, B === URLSearchParams, new B('a=1').get('a'), Object.prototype.toString.call(new B())]",
    );
    expect(await module.run("onEvent", {})).toEqual([true, true, "1", "[object URLSearchParams]"]);
  });
});

describe("URL", () => {
  const url = fc.oneof(
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.constantFrom(
      "https://user:pw@example.com:8443/a/../b?x=1&y=%20#h",
      "http://EXAMPLE.com:80",
      "mailto:a@b.c",
      "data:,x",
      "file:///c:/x",
      "//x",
      "/path",
      "?q",
      "#h",
      "",
      "https://",
      "https://münchen.de/ä",
      "http://[::1]:1/",
      "http://1.2.3",
      "nonsense",
    ),
    text,
  );
  const step: fc.Arbitrary<[string, unknown]> = fc.oneof(
    fc.tuple(
      fc.constantFrom(
        "href",
        "protocol",
        "username",
        "password",
        "host",
        "hostname",
        "port",
        "pathname",
        "search",
        "hash",
      ),
      fc.oneof(text, url),
    ),
    fc.tuple(fc.constantFrom("params.append", "params.set"), fc.tuple(text, text)),
    fc.tuple(fc.constant("params.delete"), fc.tuple(text)),
    fc.constant<[string, unknown]>(["params.sort", []]),
  );

  test("does what the platform's does", async () => {
    await fc.assert(
      fc.asyncProperty(url, fc.option(url), fc.array(step, { maxLength: 4 }), async (input, base, steps) => {
        expect(await inSandbox("urls", input, base, steps)).toEqual(plain(urlsHere(input, base, steps)));
      }),
      { numRuns: 300 },
    );
  });

  test("keeps one searchParams, tied to the URL both ways", async () => {
    const tied = await loadPlugin(`export const onEvent = () => {
      const url = new URL("https://x.com/?a=1");
      const { searchParams } = url;
      url.search = "?b=2";
      searchParams.append("c", "3");
      return [url.searchParams === searchParams, url.href, searchParams.get("b"), URL.canParse("x"), URL.canParse("x", "https://x.com"),
        Object.prototype.toString.call(url), url instanceof URL];
    }`);
    expect(await tied.run("onEvent", {})).toEqual([
      true,
      "https://x.com/?b=2&c=3",
      "2",
      false,
      true,
      "[object URL]",
      true,
    ]);
  });
});

function isUtf8(escapes: string): boolean {
  try {
    return decodeURIComponent(escapes) !== "";
  } catch {
    return false;
  }
}

/** As it comes out of a sandbox. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
