import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";

import { AMBIENT, CAPABILITY_NAMES } from "../../host/plugins/capabilities.ts";
import { readManifest } from "../../host/plugins/manifest.ts";
import { ROOT } from "../../scripts/root.ts";
import { runCase } from "../cli/hoglet.ts";

/** Declared ahead of the code that makes them. A name that has come must leave this list. */
const TO_COME: Record<string, readonly string[]> = {
  globals: [
    "AbortController",
    "AbortSignal",
    "DOMException",
    "Event",
    "EventTarget",
    "File",
    "Request",
    "TextDecoder",
    "TextEncoder",
    "atob",
    "btoa",
    "performance",
    "process",
    "queueMicrotask",
    "structuredClone",
  ],
  BasePluginMeta: ["request"],
  PostHogExtension: ["api"],
  CapabilityGrants: ["request"],
  PluginConfigStructure: ["inject"],
};

const declarations = (file: string): Promise<string> => readFile(join(ROOT, "types", file), "utf8");

/** The names of an interface's members. */
async function membersOf(file: string, name: string): Promise<string[]> {
  const [, body] = new RegExp(`interface ${name}\\b[^{]*\\{\n(.*?)\n\\}`, "s").exec(await declarations(file)) ?? [];
  if (body === undefined) throw new Error(`types/${file} has no interface ${name}`);
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, member = ""]) => member);
}

/** What a plugin finds in the sandbox: the value of an expression there. */
async function inSandbox(expression: string): Promise<string[]> {
  const source = `export const processEvent = (event, meta) => ({ names: ${expression} })`;
  const { returns } = await runCase(source, { events: [{}] });
  return (returns as [{ names: string[] }])[0].names;
}

function withoutToCome(declared: readonly string[], found: readonly string[], list: string): string[] {
  const toCome = TO_COME[list] ?? [];
  expect(
    toCome.filter((name) => found.includes(name)),
    `have come: take them out of TO_COME.${list}`,
  ).toEqual([]);
  expect(
    toCome.filter((name) => !declared.includes(name)),
    `are not declared: take them out of TO_COME.${list}`,
  ).toEqual([]);
  return declared.filter((name) => !toCome.includes(name));
}

test("every global of a plugin is declared, and no other", async () => {
  const text = await declarations("globals.d.ts");
  const declared = new Set([...text.matchAll(/^ {2}(?:var|function|class) (\w+)/gm)].map(([, name = ""]) => name));
  const names = "Object.getOwnPropertyNames(globalThis)";
  const language = ["InternalError", ...(runInNewContext(names) as string[])];
  const found = await inSandbox(names);
  const own = found.filter((name) => !language.includes(name) || declared.has(name));
  expect(own.sort()).toEqual(withoutToCome([...declared], found, "globals").sort());
});

test.each([
  ["meta.d.ts", "BasePluginMeta", "meta"],
  ["cache.d.ts", "CacheExtension", "meta.cache"],
  ["storage.d.ts", "StorageExtension", "meta.storage"],
  ["storage.d.ts", "UtilsExtension", "meta.utils"],
  ["storage.d.ts", "CursorUtils", "meta.utils.cursor"],
  ["geoip.d.ts", "GeoIPExtension", "meta.geoip"],
  ["jobs.d.ts", "JobControls", "meta.jobs.any()"],
  ["posthog.d.ts", "PostHogExtension", "posthog"],
  ["console.d.ts", "ConsoleExtension", "console"],
])("types/%s: %s is what %s has", async (file, name, expression) => {
  const declared = await membersOf(file, name);
  const found = await inSandbox(`Object.keys(${expression})`);
  expect(found.sort()).toEqual(withoutToCome(declared, found, name).sort());
});

test("the capabilities that plugin.json can declare are those that are not ambient", async () => {
  const declared = await membersOf("manifest.d.ts", "CapabilityGrants");
  const grantable = [...CAPABILITY_NAMES].filter((name) => !AMBIENT.some((ambient) => ambient === name));
  expect(grantable.sort()).toEqual(withoutToCome(declared, grantable, "CapabilityGrants").sort());
});

test("every key of a config field is one that Hoglet reads", async () => {
  const values = {
    key: "a",
    name: "A",
    type: "choice",
    choices: ["b"],
    default: "b",
    hint: "hint",
    markdown: "text",
    order: 1,
    required: true,
    secret: false,
    required_if: [["a", "b"]],
    visible_if: [["a"]],
    site: false,
  };
  const { warnings } = readManifest({ name: "all keys", config: [values] });
  expect(warnings).toEqual([]);
  const declared = await membersOf("manifest.d.ts", "PluginConfigStructure");
  expect(Object.keys(values).sort()).toEqual(
    ["type", "choices", ...withoutToCome(declared, Object.keys(values), "PluginConfigStructure")].sort(),
  );
});

test("every key of plugin.json is one that Hoglet reads", async () => {
  const values = {
    name: "all keys",
    description: "text",
    url: "https://example.com",
    main: "index.ts",
    icon: "https://example.com/icon.png",
    posthogVersion: ">= 1.25.0",
    config: [],
    publicJobs: { sync: { payload: { since: { title: "Since", type: "string", required: true, default: "" } } } },
    stateless: true,
    capabilities: {},
  };
  expect(readManifest(values).warnings).toEqual([]);
  expect(Object.keys(values).sort()).toEqual((await membersOf("manifest.d.ts", "PluginManifest")).sort());
});
