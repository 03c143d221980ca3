import { createHash } from "node:crypto";
import binaryen from "binaryen";
import { describe, expect, test, vi } from "vitest";

import { buildGuest } from "../../../scripts/build-guest.ts";
import { buildEngine, readPublished } from "../../../scripts/engine/build-engine.ts";
import { makeImage } from "../../../scripts/engine/image.ts";
import { meter } from "../../../scripts/engine/meter.ts";
import { nameExports } from "../../../scripts/engine/name-exports.ts";
import { shrinkStack } from "../../../scripts/engine/shrink-stack.ts";
import { trackRejections } from "../../../scripts/engine/track-rejections.ts";

// binaryen takes a second for the engine, and several on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const read = (wasm: Uint8Array): binaryen.Module => {
  const module = binaryen.readBinary(wasm);
  module.setFeatures(binaryen.Features.All);
  return module;
};
const parse = (wat: string): Uint8Array => {
  const module = binaryen.parseText(wat);
  module.setFeatures(binaryen.Features.All);
  return module.emitBinary();
};

test("the engine starts in 28 pages of memory, counts its fuel and tells of rejected promises", async () => {
  const module = new WebAssembly.Module(new Uint8Array(await buildEngine()));
  const imports = WebAssembly.Module.imports(module);
  expect(imports.map(({ module: from, name }) => `${from}.${name}`)).toContain("a.rejection");
  const functions = Object.fromEntries(
    imports.filter(({ kind }) => kind === "function").map(({ name }) => [name, () => 0]),
  );
  const start = (initial: number) =>
    new WebAssembly.Instance(module, { a: { ...functions, a: new WebAssembly.Memory({ initial, maximum: 1000 }) } });
  const { fuel, initialize } = start(28).exports as { fuel: WebAssembly.Global<"i32">; initialize: () => void };
  const before = fuel.value;
  initialize();
  expect(fuel.value).toBeLessThan(before);
  expect(() => start(27)).toThrow();
});

/** Of the engine that the steps make, on whatever machine. A change of a step changes it: write down what the test then receives. */
const ENGINE_SHA256 = "891350925b058892d06a7b16bfe77b36a47c14fe61a767882fa0b18b887e8e45";
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

test("the build gives the same bytes again, here and everywhere", async () => {
  expect([sha256(await buildEngine()), sha256(await buildEngine())]).toEqual([ENGINE_SHA256, ENGINE_SHA256]);
});

test("the image is the same for the same engine and guest", async () => {
  const [engine, guest] = [await buildEngine(), await buildGuest()];
  expect(sha256(makeImage(engine, guest))).toBe(sha256(makeImage(engine, guest)));
});

describe("a binary that is not the one that the steps know is refused:", () => {
  test("other constants", async () => {
    const shrunk = shrinkStack((await readPublished()).wasm);
    expect(() => shrinkStack(shrunk)).toThrow("was found 0 times instead of 2");
  });

  test("another function table", async () => {
    const module = read((await readPublished()).wasm);
    trackRejections(module);
    expect(() => trackRejections(module)).toThrow("has 472 slots instead of 471");
  });

  test("other loops", () => {
    const wat = "(module (memory 1) (func (memory.copy (i32.const 0) (i32.const 8) (i32.const 8)) (loop $l (br $l))))";
    expect(() => meter(read(parse(wat)))).toThrow('found {"loops":1,"chases":0,"bulk":1,"floats":0} instead of');
  });

  test.each([
    ["memory.grow", "(drop (memory.grow (i32.const 1)))"],
    ["memory.init", '(memory.init $d (i32.const 0) (i32.const 0) (i32.const 1))) (data $d "x"'],
    ["table.copy", "(table.copy (i32.const 0) (i32.const 0) (i32.const 1))"],
    ["v128", "(drop (i32x4.extract_lane 0 (v128.const i32x4 1 2 3 4)))"],
  ])("an instruction that nobody has looked at, %s", (_, body) => {
    const wat = `(module (memory 1) (table 1 funcref) (func ${body}))`;
    expect(() => meter(read(parse(wat)))).toThrow("is not known: if its cost grows");
  });

  test("an import that nobody has looked at", () => {
    expect(() => meter(read(parse('(module (import "a" "u" (func)) (func))')))).toThrow("the import a.u is not known");
  });

  test("other exports", async () => {
    expect(() => nameExports(read(parse("(module)")), "")).toThrow("has no export initialize");
    const renamed = (await readPublished()).glue.replace("d._QTS_Eval=b.pa", "d._QTS_Evil=b.pa");
    const module = read((await readPublished()).wasm);
    expect(() => nameExports(module, renamed)).toThrow("has no export QTS_Eval");
  });
});
