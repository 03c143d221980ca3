import { describe, expect, test } from "vitest";
import { usedCapabilities } from "../../../host/plugins/used-capabilities.ts";

const used = (source: string) => usedCapabilities({ "index.ts": source }, ["index.ts"]);
const fetchIn = (source: string) => used(source)["fetch"];
const at = (line: number) => ({ file: "index.ts", line });

describe("a capability", () => {
  test("is found where it is first named, in any file that is part of the plugin", () => {
    const texts = {
      "index.ts": 'import { go } from "./lib/go";\n\nexport const processEvent = (e, { storage }) => go(e, storage);\n',
      "lib/go.ts": "export async function go(event, storage) {\n  await posthog.capture('x');\n}",
      "left-out.ts": "meta.cache",
      "plugin.json": '{"cache": 1}',
    };
    expect(usedCapabilities(texts, ["index.ts", "lib/go.ts", "plugin.json"])).toEqual({
      storage: { file: "index.ts", line: 3 },
      posthog: { file: "lib/go.ts", line: 2 },
    });
  });

  test.each<[string, string[]]>([
    ["meta.cache.get('a')", ["cache"]],
    ['meta["cache"]', ["cache"]],
    ["const { geoip, jobs } = meta", ["geoip", "jobs"]],
    ["`${meta.cache}`", ["cache"]],
    ["let n: number = a / meta.cache / 2 as any", ["cache"]],
    ["// cache\n/* storage */ /cache/.test('cache')", []],
    ["`cache`; log('storage'); cached; _cache; $cache", []],
    ["console.log(new URL('x'), setTimeout, crypto, attachments, Intl)", []],
    ["constructor.__proto__.toString", []],
  ])("%s", (source, names) => {
    expect(Object.keys(used(source))).toEqual(names);
  });
});

describe("hosts of fetch", () => {
  test.each<[string, string[], boolean]>([
    ["fetch('https://api.example.com/a')", ["api.example.com"], false],
    ["fetch('https://API.example.com')", ["api.example.com"], false],
    ["fetch(`https://api.example.com:8443/${id}?a=${b}`, { method })", ["api.example.com:8443"], false],
    ["fetch('https://a.example.com/' + path)", ["a.example.com"], false],
    ["global.fetch('https://user:pass@a.example.com/')", ["a.example.com"], false],
    ["fetch('https://a.example.com' + path)", [], true],
    ["fetch(`https://${config.host}/a`)", [], true],
    ["fetch(`https://a.example.com${path}`)", [], true],
    ["fetch(url)", [], true],
    ["const BASE = 'https://a.example.com/v1'; fetch(BASE + path)", ["a.example.com"], true],
    ["const get = fetch; get('https://a.example.com')", ["a.example.com"], true],
    ["import fetch from 'node-fetch'; fetch('https://a.example.com')", ["a.example.com"], false],
    ["const fetch = require('node-fetch'); fetch('https://a.example.com')", ["a.example.com"], false],
    ["import get from 'node-fetch'; get('https://a.example.com')", ["a.example.com"], true],
    ["fetch('https://a.example.com\\x2eevil.com/')", [], true],
    ["fetch('https://*/'); fetch('/relative')", [], true],
  ])("%s", (source, hosts, isUnknown) => {
    const found = fetchIn(source);
    expect(found?.hosts?.map(({ host }) => host)).toEqual(hosts);
    expect(found?.unknown_hosts).toEqual(isUnknown ? at(1) : null);
  });

  test("come with their lines, behind texts of several", () => {
    const source =
      "const text = `a\nb\nc`;\nfetch('https://b.example.com/');\n\nfetch(url);fetch('https://a.example.com')";
    expect(fetchIn(source)).toEqual({
      ...at(4),
      hosts: [
        { host: "b.example.com", ...at(4) },
        { host: "a.example.com", ...at(6) },
      ],
      unknown_hosts: at(6),
    });
  });

  test("are no more than a grant may list, and none where nothing is fetched", () => {
    const many = Array.from({ length: 300 }, (_, index) => `fetch("https://h${index}.example.com")`).join(";");
    expect(fetchIn(many)?.hosts?.length).toBe(100);
    expect(used("// nothing\nlog('https://docs.example.com')")).toEqual({});
  });
});

test("text that is no code is read to its end", () => {
  for (const piece of ["`${", "/", "[", "'", "/*", "<a>", "\\", "fetch(", "`", "(a/", "\u2028", "\ud800"])
    expect(() => used(piece.repeat(20_000))).not.toThrow();
});
