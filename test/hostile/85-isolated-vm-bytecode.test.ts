import { describe, expect, test } from "vitest";

import module from "../../build/image.wasm";
import { survived } from "./support/attack.ts";

/**
 * CVE-2022-39266 (isolated-vm): compiled code that came from an untrusted place was run unchecked. Here no way exists to have the engine run
 * anything but source text: what reads and writes bytecode is not among its exports, and guest code has no name for it.
 */
describe("The engine takes source text, and no compiled code.", () => {
  test("its exports are those that the runtime uses", () => {
    const names = WebAssembly.Module.exports(module).map(({ name }) => name);
    expect(names.filter((name) => /bytecode|bjson|read|write|decode|encode|dump|module/i.test(name))).toEqual([
      "QTS_Dump",
    ]);
    expect(names.length).toBeLessThan(35);
  });

  test("it imports nothing but its memory and the functions that the runtime lists", () => {
    const imports = WebAssembly.Module.imports(module);
    expect(imports.filter(({ kind }) => kind === "memory")).toHaveLength(1);
    expect(new Set(imports.map(({ module: from }) => from))).toEqual(new Set(["a"]));
    expect(imports.length).toBeLessThan(25);
  });

  test("guest code has no name for it", async () => {
    const body = `return ["bjson", "std", "os", "QTS_Eval", "scriptArgs", "__loadScript", "Bytecode"].filter((name) => name in globalThis)`;
    expect(await survived(body)).toEqual([]);
  });
});
