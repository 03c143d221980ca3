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
    expect(uses(/\bhostFunction\b/)).toEqual([
      "main.ts: export function boot(hostFunction: HostFunction, json: string) {",
      "main.ts: const host = connectHost(hostFunction);",
    ]);
  });

  test("the connection calls it in two places: for an operation, and to report", () => {
    expect(uses(/\bhost\(/)).toEqual([
      "host.ts: return host(operation, `[${id},${wire}]`, ...buffers.map(exactBuffer));",
      "host.ts: host(COMPLETE, toJson(REPORT, report, []));",
    ]);
    expect(uses(/\bCOMPLETE\b/).filter((use) => !use.includes("import"))).toHaveLength(1);
  });

  test("what performs operations is given to the bridge and to nothing else", () => {
    expect(uses(/\bhost\.call\b/)).toEqual(["main.ts: ? (bridge[name](host.call) as Bound<Name>)"]);
    expect(uses(/\bbridge\b/).filter((use) => !use.includes("import"))).toEqual([
      "main.ts: type Bridge = typeof bridge;",
      "main.ts: ? (bridge[name](host.call) as Bound<Name>)",
    ]);
    expect(uses(/\bHostCall\b/)).toEqual([
      'host.ts: import type { HostCall } from "../../wit/generated/guest.ts";',
      "host.ts: call: HostCall;",
    ]);
  });

  test("no file knows the number of an operation", () => {
    expect(uses(/\bOPERATIONS\b|\.(?:sync|async)\(/)).toEqual([]);
  });

  test("no file is bound to a capability but by name, through its grant", () => {
    expect(uses(/\bbind\(/).every((use) => /^main\.ts: .*bind\("[a-z]+"\)/.test(use))).toBe(true);
  });
});
