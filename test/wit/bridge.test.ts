import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

const guest = join(import.meta.dirname, "../../runtime/guest");
const sources = new Map<string, string>();

beforeAll(async () => {
  for (const entry of await readdir(guest, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && path.endsWith(".ts"))
      sources.set(relative(guest, path), withoutComments(await readFile(path, "utf8")));
  }
});

/** In the library, and in modules by what they are handed when they are run. */
const BOUND_BY_NAME = /^(?:(?:main|surroundings)\.ts: .*\bbind|modules\/[^:]+: .*\blibrary\.bind)\("[a-z]+"\)/;

const withoutComments = (source: string): string => source.replace(/\/\*.*?\*\/|^\s*\/\/.*$/gms, "");

/** The lines of the guest in which a pattern occurs, as `file: line`. */
function uses(pattern: RegExp): string[] {
  return [...sources].flatMap(([file, source]) =>
    source
      .split("\n")
      .filter((line) => pattern.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
}

describe("the guest reaches the host through the generated bridge alone", () => {
  test("the engine's host function is given to the connection and to nothing else", () => {
    expect(uses(/\bcallHost\b/)).toEqual([
      "main.ts: callHost: HostFunction,",
      "main.ts: const host = connectHost(callHost, returnEvent);",
    ]);
  });

  test("the connection calls it for an operation, to report, for a seed and for a module", () => {
    expect(uses(/\bhost\(/)).toEqual([
      "host.ts: return host(operation, `[${id},${wire}]`, ...buffers.map(exactBuffer));",
      "host.ts: host(COMPLETE, toJson(REPORT, report, []));",
      "host.ts: host(RETURNED, json, type, truthy);",
      "host.ts: host(CHANGED);",
      'host.ts: drawSeed: () => parse(host(SEED, "") as string) as [number, number, number, number],',
      "host.ts: requestModule: (name) => host(MODULE, name),",
    ]);
  });

  test("what performs operations is given to the bridge and to nothing else", () => {
    expect(uses(/\bhost\.call\b/)).toEqual(["bind.ts: ? (bridge[name](host.call) as Bound<Name>)"]);
    expect(uses(/\bbridge\b/).filter((use) => !use.includes("import"))).toEqual([
      "bind.ts: type Bridge = typeof bridge;",
      "bind.ts: ? (bridge[name](host.call) as Bound<Name>)",
    ]);
    expect(uses(/\bHostCall\b/)).toEqual([
      'host.ts: import type { HostCall } from "../../wit/generated/guest.ts";',
      "host.ts: call: HostCall;",
    ]);
  });

  test("the two ways to the event in hand are its views' alone, and the way back is the report's", () => {
    expect(uses(/\breadEvent\b|\bchangeEvent\b/)).toEqual([
      "main.ts: readEvent: ReadEvent,",
      "main.ts: changeEvent: ChangeEvent,",
      "main.ts: const view = new EventCall(readEvent, changeEvent, propertiesId);",
    ]);
    expect(uses(/\bcompleteWithData\b/).filter((use) => !use.startsWith("host.ts"))).toEqual([
      "plugin-call.ts: return host.completeWithData(value);",
    ]);
  });

  test("no file knows the number of an operation", () => {
    expect(uses(/\bOPERATIONS\b|\.(?:sync|async)\(/)).toEqual([]);
  });

  test("no file is bound to a capability but by name, through its grant", () => {
    expect(uses(/\bbind\(/).every((use) => BOUND_BY_NAME.test(use))).toBe(true);
  });
});
