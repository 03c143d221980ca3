import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { buildEngine } from "../../../scripts/engine/build-engine.ts";
import { shrinkStack } from "../../../scripts/engine/shrink-stack.ts";
import { trackRejections } from "../../../scripts/engine/track-rejections.ts";
import { ROOT } from "../../../scripts/root.ts";

const published = () =>
  readFile(join(ROOT, "node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm"));

test("the engine starts in 28 pages of memory and tells of rejected promises", async () => {
  const engine = await buildEngine();
  const module = new WebAssembly.Module(new Uint8Array(engine));
  const imports = WebAssembly.Module.imports(module).map(({ module: from, name }) => `${from}.${name}`);
  expect(imports).toContain("a.rejection");
  const functions = Object.fromEntries(
    WebAssembly.Module.imports(module)
      .filter(({ kind }) => kind === "function")
      .map(({ name }) => [name, () => 0]),
  );
  const start = (initial: number) =>
    new WebAssembly.Instance(module, { a: { ...functions, a: new WebAssembly.Memory({ initial, maximum: 1000 }) } });
  expect(() => start(28)).not.toThrow();
  expect(() => start(27)).toThrow();
});

test("the build gives the same bytes again", async () => {
  expect(Buffer.from(await buildEngine()).equals(Buffer.from(await buildEngine()))).toBe(true);
});

test("a binary with other constants is refused", async () => {
  const shrunk = shrinkStack(await published());
  expect(() => shrinkStack(shrunk)).toThrow("was found 0 times instead of 2");
  expect(() => trackRejections(trackRejections(shrunk))).toThrow("has 472 slots instead of 471");
});
