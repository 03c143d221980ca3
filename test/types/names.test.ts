import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";

import { runCase } from "../cli/hoglet.ts";
import { declarations, membersOf } from "./declared.ts";

const GLOBALS = "Object.getOwnPropertyNames(globalThis)";

/** Declarations, and where in the sandbox that is which they declare. */
const DECLARED = [
  ["meta.d.ts", "BasePluginMeta", "meta"],
  ["cache.d.ts", "CacheExtension", "meta.cache"],
  ["storage.d.ts", "StorageExtension", "meta.storage"],
  ["storage.d.ts", "UtilsExtension", "meta.utils"],
  ["storage.d.ts", "CursorUtils", "meta.utils.cursor"],
  ["geoip.d.ts", "GeoIPExtension", "meta.geoip"],
  ["jobs.d.ts", "JobControls", "meta.jobs.any()"],
  ["posthog.d.ts", "PostHogExtension", "posthog"],
  ["console.d.ts", "ConsoleExtension", "console"],
] as const;

let lookedUp: Promise<Record<string, string[]>> | undefined;

/** The names that a plugin finds in the sandbox: of the globals, and of what is declared. */
function namesInSandbox(): Promise<Record<string, string[]>> {
  const members = DECLARED.map(([, name, expression]) => `${name}: Object.keys(${expression})`);
  const source = `export const processEvent = (event, meta) => ({ globals: ${GLOBALS}, ${members.join(", ")} })`;
  lookedUp ??= runCase(source, { events: [{}] }).then(({ returns }) => returns[0] as Record<string, string[]>);
  return lookedUp;
}

test("every global of a plugin is declared, and no other", async () => {
  const text = await declarations("globals.d.ts");
  const declared = new Set([...text.matchAll(/^ {2}(?:var|function|class) (\w+)/gm)].map(([, name = ""]) => name));
  const language = ["InternalError", ...(runInNewContext(GLOBALS) as string[])];
  const { globals: found = [] } = await namesInSandbox();
  const own = found.filter((name) => !language.includes(name) || declared.has(name));
  expect(own.sort()).toEqual([...declared].sort());
});

test.each(DECLARED)("types/%s: %s is what %s has", async (file, name) => {
  const declared = await membersOf(file, name);
  const found = (await namesInSandbox())[name] ?? [];
  expect(found.sort()).toEqual(declared.sort());
});
