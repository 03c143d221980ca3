import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import binaryen from "binaryen";
import { beforeAll, expect, test } from "vitest";

import { readInstalled } from "../../../scripts/engine/build-engine.ts";
import { agrees } from "../../../scripts/engine/constants/finding.ts";
import type { Finding } from "../../../scripts/engine/constants/finding.ts";
import { findConstants } from "../../../scripts/engine/find-constants.ts";
import { shrinkStack } from "../../../scripts/engine/shrink-stack.ts";
import { addHook } from "../../../scripts/engine/track-rejections.ts";
import { ROOT } from "../../../scripts/root.ts";
import { run } from "../../../scripts/run.ts";

const TIMEOUT = 120_000;

let installed: Awaited<ReturnType<typeof readInstalled>>;
beforeAll(async () => {
  installed = await readInstalled();
});

/** What differs for a binary in the place of the installed one: name and what was found. */
function differences(wasm: Uint8Array, glue = installed.glue): Record<string, string> {
  const differing = findConstants({ wasm, sha256: installed.sha256, glue }).filter((each) => !agrees(each));
  return Object.fromEntries(differing.map(({ name, now }) => [name, now]));
}

test("the source agrees with the binary that is installed, and the command says so", { timeout: TIMEOUT }, async () => {
  const findings = findConstants(installed);
  expect(findings.filter((each) => !agrees(each))).toEqual([]);
  expect(findings.length).toBeGreaterThan(65);
  const { code, output } = await run(["npm", "run", "--silent", "engine:constants"]);
  expect(output).toContain("The source agrees.");
  expect(code).toBe(0);
});

test("every constant stands where it is said to", { timeout: TIMEOUT }, async () => {
  const places = new Set(findConstants(installed).map(({ where }: Finding) => where));
  for (const place of places) {
    const [file = "", name = ""] = place.split(" ");
    expect(existsSync(join(ROOT, file)), place).toBe(true);
    expect(await readFile(join(ROOT, file), "utf8"), place).toMatch(new RegExp(`\\bconst ${name}\\b`));
  }
});

test("another stack is found with its places and its size, and fewer pages of memory", { timeout: TIMEOUT }, () => {
  expect(differences(shrinkStack(installed.wasm))).toEqual({
    "top of the stack": String(5_333_088 - 4 * 1024 * 1024),
    "size of the stack": String(1024 * 1024),
    "the size in code, times": "5",
    "pages of memory": "28",
  });
});

test("imports that have changed their names are told apart by what calls them", { timeout: TIMEOUT }, () => {
  const swapped = Buffer.from(installed.wasm);
  const nameAt = (name: string) => swapped.indexOf(Buffer.from([1, 0x61, 1, name.charCodeAt(0), 0])) + 3;
  const [asked, grown] = [nameAt("i"), nameAt("k")];
  swapped.write("k", asked);
  swapped.write("i", grown);
  expect(differences(swapped)).toEqual({
    "import shouldInterrupt (i32 -> i32)": "k",
    "import resizeHeap (i32 -> i32)": "i",
  });
});

test("another function table, a new import and other instructions are found", { timeout: TIMEOUT }, () => {
  const module = binaryen.readBinary(installed.wasm);
  module.setFeatures(binaryen.Features.All);
  addHook(module);
  const { i32, none } = binaryen;
  const loop = module.loop("again", module.br_if("again", module.local.get(0, i32)));
  const vector = module.v128.const(Array.from({ length: 16 }, (_, i) => i));
  const strange = module.drop(module.i32x4.extract_lane(vector, 0));
  module.addFunction("extra", i32, none, [], module.block(null, [loop, strange]));
  const found = differences(module.emitBinary());
  expect(found).toMatchObject({
    "slots of the function table": "472",
    "slot of the hook": "472",
    loops: "1080",
    "kinds of instructions not known": expect.stringMatching(/^\d+ \(1 times\)$/),
    "imports not known": "rejection: i32 i64 i64 i32 i32 ->",
  });
});

test("of a binary in which nothing can be run, the rest is told", { timeout: TIMEOUT }, () => {
  const gone = "the binary has no export initialize";
  expect(differences(installed.wasm, "")).toEqual({
    "exports that are missing": expect.stringMatching(/^initialize, malloc, .*QTS_ExecutePendingJob$/),
    "size of the stack": "not found",
    "the size in code, times": "not found",
    imports: gone,
    layout: gone,
    objects: gone,
    hook: gone,
  });
});

test("exports that are gone are named, and what cannot be found is said not to be", { timeout: TIMEOUT }, () => {
  const glue = installed.glue.replace("d._QTS_Dump=", "d._QTS_Print=").replace('()=>N("")', '()=>N("x")');
  expect(differences(installed.wasm, glue)).toEqual({
    "exports that are missing": "QTS_Dump",
    "import abort (->)": "not found",
    "import keepaliveClear (->)": "not found",
    "imports not known": "l: ->; q: ->",
  });
});
