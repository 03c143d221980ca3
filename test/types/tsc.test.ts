import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { tscErrors } from "./tsc.ts";

const NODE = { packages: ["@types/node", "undici-types"], types: ["hoglet/globals", "node"] };
const DOM = ["ES2024", "DOM"];
const SCAFFOLD = "@posthog/plugin-scaffold";

describe("plugins written for Hoglet are checked", () => {
  test.each([
    ["on their own", [], { skipLibCheck: false }],
    ["with a browser's types", [], { skipLibCheck: false, lib: DOM }],
    ["with Node's types", NODE.packages, { skipLibCheck: true, types: NODE.types }],
    ["with Node's types first", NODE.packages, { skipLibCheck: true, types: NODE.types.toReversed() }],
    ["with both", NODE.packages, { skipLibCheck: true, lib: DOM, types: NODE.types }],
    ["with unset properties apart from undefined ones", [], { skipLibCheck: false, exactOptionalPropertyTypes: true }],
    [
      "with the module resolution of Node",
      [],
      { skipLibCheck: false, module: "NodeNext", moduleResolution: "NodeNext" },
    ],
  ] as const)("%s", async (_, packages, compilerOptions) => {
    expect(await tscErrors({ sources: "test/types/fixtures/hoglet", packages, compilerOptions })).toEqual([]);
  });
});

test("the globals are all that the examples need", async () => {
  const compilerOptions = {
    allowJs: true,
    checkJs: true,
    noImplicitAny: false,
    moduleDetection: "force",
    skipLibCheck: true,
    paths: { maxmind: ["./node_modules/mmdb-lib"] },
  };
  expect(await tscErrors({ sources: "examples", packages: ["mmdb-lib"], compilerOptions })).toEqual([]);
});

describe("plugins written for PostHog are checked", () => {
  test("with PostHog's own types", async () => {
    const packages = [SCAFFOLD];
    expect(
      await tscErrors({ sources: "test/types/fixtures/scaffold", packages, compilerOptions: { skipLibCheck: true } }),
    ).toEqual([]);
  });

  test("with ours in their place", async () => {
    const compilerOptions = { paths: { [SCAFFOLD]: ["./node_modules/hoglet/types/scaffold.d.ts"] } };
    expect(await tscErrors({ sources: "test/types/fixtures/scaffold", packages: [], compilerOptions })).toEqual([]);
  });
});

test("what would fail at run time is an error at the place where it is written", async () => {
  const found = await tscErrors({ sources: "test/types/fixtures/wrong", packages: [], compilerOptions: {} });
  const places = found.map((line) => /src\/(\S+)\((\d+),\d+\): error (TS\d+)/.exec(line)?.slice(1).join(" "));
  expect([...places].sort()).toEqual((await markedErrors()).sort());
});

/** `FILE LINE CODE` of what the lines of the wrong sources say at their ends. */
async function markedErrors(): Promise<string[]> {
  const folder = join(import.meta.dirname, "fixtures/wrong");
  const marked: string[] = [];
  for (const name of await readdir(folder)) {
    const lines = (await readFile(join(folder, name), "utf8")).split("\n");
    for (const [index, line] of lines.entries())
      for (const code of /\/\/((?: TS\d+)+)$/.exec(line)?.[1]?.trim().split(" ") ?? [])
        marked.push(`${name} ${index + 1} ${code}`);
  }
  return marked;
}
