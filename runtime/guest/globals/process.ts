import { queueMicrotask } from "./microtasks.ts";

/**
 * What libraries that were written for Node read of `process` before they do anything else. There is no environment, and
 * no version: what asks whether it is in Node is told that it is not.
 */
export const process = {
  env: {},
  argv: [],
  platform: "linux",
  version: "",
  versions: {},
  nextTick(task: (...args: unknown[]) => unknown, ...args: unknown[]): void {
    queueMicrotask(() => task(...args));
  },
};
