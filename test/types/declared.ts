import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";

import { ROOT } from "../../scripts/root.ts";

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
  ConsoleExtension: [
    "assert",
    "clear",
    "count",
    "countReset",
    "dir",
    "dirxml",
    "group",
    "groupCollapsed",
    "groupEnd",
    "table",
    "time",
    "timeEnd",
    "timeLog",
    "trace",
  ],
  CapabilityGrants: ["request"],
  PluginConfigStructure: ["inject"],
};

/** The text of a file of types/. */
export const declarations = (file: string): Promise<string> => readFile(join(ROOT, "types", file), "utf8");

/** The names of an interface's members. */
export async function membersOf(file: string, name: string): Promise<string[]> {
  const [, body] = new RegExp(`interface ${name}\\b[^{]*\\{\n(.*?)\n\\}`, "s").exec(await declarations(file)) ?? [];
  if (body === undefined) throw new Error(`types/${file} has no interface ${name}`);
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, member = ""]) => member);
}

/** What is declared and should be among what was found: a list without those names of it that are to come. */
export function withoutToCome(declared: readonly string[], found: readonly string[], list: string): string[] {
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
