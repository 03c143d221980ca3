import binaryen from "binaryen";

import type { Pointer } from "../../../runtime/engine/exports.ts";
import { functionsOf } from "../instructions.ts";
import { minifiedNames } from "../name-exports.ts";

/** A call of one of the engine's imports. */
export interface ImportCall {
  name: string;
  args: (number | bigint)[];
}

/** Answers a call of an import. Undefined stands for 0. */
export type Answer = (call: ImportCall, memory: DataView) => number | undefined;

/** A binary for experiments, which may be of any version. */
export interface Specimen {
  module: WebAssembly.Module;
  /** The type of each imported function, such as `i32 i64 -> f64`, by the minifier's name. */
  imports: ReadonlyMap<string, string>;
  memory: { name: string; pages: number };
  exports: ReadonlyMap<string, string>;
}

const TYPE_NAMES = new Map([
  [binaryen.i32, "i32"],
  [binaryen.i64, "i64"],
  [binaryen.f64, "f64"],
]);

/** @param module as it was published, or with a hook added */
export function specimenOf(module: binaryen.Module, glue: string): Specimen {
  const types = (type: binaryen.Type): string =>
    binaryen
      .expandType(type)
      .map((each) => TYPE_NAMES.get(each) ?? `type ${each}`)
      .join(" ");
  const imports = new Map<string, string>();
  for (const { module: from, base, params, results } of functionsOf(module))
    if (from !== "") imports.set(base ?? "", `${types(params)} -> ${types(results)}`.trim());
  const { base, initial } = module.getMemoryInfo();
  return {
    module: new WebAssembly.Module(new Uint8Array(module.emitBinary())),
    imports,
    memory: { name: base ?? "", pages: initial },
    exports: minifiedNames(glue),
  };
}

const MAX_PAGES = 2048;
/** Flags of `QTS_Eval`. */
const GLOBAL = 0;
const MODULE = 1;

/**
 * One instance of a specimen with a virtual machine in it, reached without any of the constants that are in question: what it imports
 * is recorded and answered as an experiment wants.
 */
export class Laboratory {
  readonly calls: ImportCall[] = [];
  readonly memory: WebAssembly.Memory;
  readonly runtime: Pointer;
  readonly context: Pointer;
  readonly #exports: Record<string, unknown>;
  readonly #names: ReadonlyMap<string, string>;

  constructor(specimen: Specimen, answer: Answer = () => 0) {
    this.#names = specimen.exports;
    this.memory = new WebAssembly.Memory({ initial: specimen.memory.pages, maximum: MAX_PAGES });
    const serve =
      (name: string) =>
      (...args: (number | bigint)[]) => {
        this.calls.push({ name, args });
        return answer({ name, args }, this.view) ?? 0;
      };
    const functions = [...specimen.imports.keys()].map((name) => [name, serve(name)]);
    const a = { ...Object.fromEntries(functions), [specimen.memory.name]: this.memory } as WebAssembly.ModuleImports;
    this.#exports = new WebAssembly.Instance(specimen.module, { a }).exports;
    this.run("initialize");
    this.runtime = this.run("QTS_NewRuntime");
    this.context = this.run("QTS_NewContext", this.runtime, 0);
  }

  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  /** Calls an export by its own name. */
  run(name: string, ...args: number[]): number {
    const found = this.#exports[this.#names.get(name) ?? ""];
    if (typeof found !== "function") throw new Error(`the binary has no export ${name}`);
    return Number((found as (...args: number[]) => unknown)(...args) ?? 0);
  }

  /** NUL-terminated ASCII in new memory. */
  text(text: string): Pointer {
    const bytes = new TextEncoder().encode(`${text}\0`);
    const at = this.run("malloc", bytes.length);
    new Uint8Array(this.memory.buffer).set(bytes, at);
    return at;
  }

  /** @returns the address of the result, a value of 64 bits */
  evaluate(code: string, isModule = false): Pointer {
    const length = new TextEncoder().encode(code).length;
    return this.run(
      "QTS_Eval",
      this.context,
      this.text(code),
      length,
      this.text("a.js"),
      0,
      isModule ? MODULE : GLOBAL,
    );
  }

  /** The result as a number, by the engine's own means. */
  evaluateNumber(code: string): number {
    return this.run("QTS_GetFloat64", this.context, this.evaluate(code));
  }

  /** The names of the imports that something calls, each once. What it throws is of no interest. */
  calledBy(run: () => unknown): string[] {
    const before = this.calls.length;
    try {
      run();
    } catch {
      // Answers that mean nothing to the engine may well end it.
    }
    return [...new Set(this.calls.slice(before).map(({ name }) => name))];
  }
}
