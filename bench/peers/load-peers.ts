import { createRequire } from "node:module";
import { join } from "node:path";

import { ROOT } from "../../scripts/root.ts";

/** The part of isolated-vm that the bench uses; its own types are not there before it is installed. */
export interface IsolatedVm {
  Isolate: new (options: { memoryLimit: number }) => Isolate;
  Reference: new (value: unknown) => unknown;
}

export interface Isolate {
  createContextSync(): IsolateContext;
  compileScriptSync(code: string, options: { filename: string }): { runSync(context: IsolateContext): unknown };
  dispose(): void;
}

export interface IsolateContext {
  readonly global: {
    getSync(name: string, options: { reference: true }): IsolateReference;
    setSync(name: string, value: unknown): void;
  };
}

export interface IsolateReference {
  apply(receiver: undefined, args: readonly string[], options: CallOptions): Promise<string>;
  applySync(receiver: undefined, args: readonly string[], options: CallOptions): string;
}

export interface CallOptions {
  timeout?: number;
  result?: { promise: true };
}

/** The part of vm2 that the bench uses. */
export interface Vm2 {
  VM: new (options: { timeout: number; sandbox: object }) => { run(code: string): unknown };
}

const require = createRequire(join(ROOT, "bench/peers/package.json"));

export const loadIsolatedVm = (): IsolatedVm => require("isolated-vm") as IsolatedVm;
export const loadVm2 = (): Vm2 => require("vm2") as Vm2;
