import { describe, expect, test } from "vitest";

import { resolveGrants, takeGrantFlags } from "../../cli/grants.ts";
import { CAPABILITY_NAMES } from "../../wit/generated/contract.ts";
import { folder, hoglet, runCase } from "./hoglet.ts";

const AMBIENT = ["attachments", "buffers", "crypto", "encoding", "intl", "log", "mmdb", "timers", "url", "zlib"];
const grant = (
  inCase: Parameters<typeof resolveGrants>[0],
  manifest: Parameters<typeof resolveGrants>[1],
  ...argv: string[]
) => {
  const { granted, hosts, denials } = resolveGrants(inCase, manifest, takeGrantFlags(argv).flags);
  return {
    granted: [...granted].filter((name) => !AMBIENT.includes(name)).sort(),
    ambient: AMBIENT.filter((name) => granted.has(name as "log")),
    hosts,
    denials,
  };
};

describe("what is granted", () => {
  test("is everything where nobody says anything", () => {
    const { granted, ambient, hosts } = grant(undefined, null);
    expect([...granted, ...ambient].sort()).toEqual([...CAPABILITY_NAMES].sort());
    expect(hosts).toBe("*");
  });

  test.each([
    ["a manifest", undefined, { cache: true, fetch: ["api.x.com"] }, ["cache", "fetch"], ["api.x.com"]],
    ["a case, whatever the manifest says", { storage: true }, { cache: true }, ["storage"], []],
    ["an empty manifest", undefined, {}, [], []],
    ["a case with every host", { fetch: ["*"] }, null, ["fetch"], "*"],
    ["a case with fetch alone", { fetch: true }, null, ["fetch"], "*"],
  ])("is what %s lists, and what is ambient", (_who, inCase, manifest, granted, hosts) => {
    expect(grant(inCase, manifest)).toMatchObject({ granted, hosts, ambient: AMBIENT });
  });

  test("an object that only refuses grants the rest", () => {
    const { granted, hosts } = grant({ cache: false }, null);
    expect(granted).not.toContain("cache");
    expect(granted).toContain("fetch");
    expect(hosts).toBe("*");
  });

  test("is changed by the flags", () => {
    expect(grant(undefined, null, "--deny-cache", "--deny-log")).toMatchObject({
      ambient: ["attachments", "buffers", "crypto", "encoding", "intl", "mmdb", "timers", "url", "zlib"],
      granted: expect.not.arrayContaining(["cache"]) as string[],
    });
    expect(
      grant(undefined, { cache: true }, "--allow-storage", "--allow-fetch=a.com,*.b.com", "--allow-fetch=c.com"),
    ).toMatchObject({
      granted: ["cache", "fetch", "storage"],
      hosts: ["a.com", "*.b.com", "c.com"],
    });
    expect(grant(undefined, { fetch: ["a.com"] }, "--allow-fetch").hosts).toBe("*");
    expect(grant(undefined, null, "--allow-fetch=a.com").hosts).toEqual(["a.com"]);
    expect(grant(undefined, null, "--allow-cache", "--deny-cache").denials.cache).toContain("--deny-cache");
  });

  test("other arguments are left alone", () => {
    expect(takeGrantFlags(["run", "--json", "--deny-cache", "x"]).rest).toEqual(["run", "--json", "x"]);
  });

  test("a denial names the rule and what would change it", () => {
    expect(grant(undefined, { fetch: ["a.com"] }).denials.cache).toBe(
      'cache was denied: "capabilities" in plugin.json does not list it; add "cache": true there, or run with --allow-cache',
    );
    expect(grant({ cache: true }, null).denials.fetch).toContain(
      '"grants" in the case does not list it; add "fetch": ["api.example.com"]',
    );
  });
});

describe("a plugin that uses what it was not granted", () => {
  const source = `export async function processEvent(event, { cache }) {
    await cache.set("a", 1)
    await fetch("https://api.y.com/").catch((error) => console.log(String(error)))
    return event
  }`;

  test("is denied, with the rule", async () => {
    const { outcomes, throws, cache } = await runCase(source, { grants: ["fetch"], events: [{}] });
    expect(outcomes).toMatchObject([{ kind: "denied" }]);
    expect(throws[0]).toMatch(/^DeniedError: cache was denied: "grants" in the case/);
    expect(cache).toEqual({});
  });

  test("is denied hosts, even such as are mocked, and the request was never made", async () => {
    const given = {
      grants: { cache: true, fetch: ["api.x.com"] },
      mockFetch: [{ url: "https://api.y.com/" }],
      events: [{}],
    };
    const { logs, fetch } = await runCase(source, given);
    expect(logs[0]?.message).toMatch(
      /^DeniedError: fetch to api\.y\.com was denied: .*--allow-fetch=api\.x\.com,api\.y\.com/,
    );
    expect(fetch).toEqual([]);
    const allowed = await runCase(source, given, "--allow-fetch=api.y.com");
    expect(allowed.fetch).toHaveLength(1);
    expect(allowed.logs).toEqual([]);
  });

  test("without a case the network is real and under the usual guard, or there is none", async () => {
    const root = await folder({
      "index.js": `exports.processEvent = async ({ url }) => { await fetch(url); return {} }`,
      "events.json": [{ url: "http://127.0.0.1:1/" }, { url: "http://localhost:1/" }, { url: "http://[::1]:1/" }],
    });
    const run = async (...flags: string[]) =>
      JSON.parse((await hoglet(["run", ".", "--event", "events.json", "--json", ...flags], { cwd: root })).stdout) as {
        throws: string[];
      };
    for (const flags of [[], ["--allow-fetch=api.x.com"]])
      for (const thrown of (await run(...flags)).throws) {
        expect(thrown).toMatch(/^DeniedError: fetch to .* loopback/);
        expect(thrown).not.toContain("--allow-fetch");
      }
    for (const thrown of (await run("--offline")).throws) expect(thrown).toMatch(/^TypeError: .*--offline/);
  });
});
