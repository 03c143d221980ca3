/** What bundled libraries ask of Node's global `process`, which plugins do not have (esbuild's `inject`). */
export const process = {
  env: {},
  version: "v18.0.0",
  versions: {},
  nextTick(run: (...args: unknown[]) => void, ...args: unknown[]): void {
    void Promise.resolve().then(() => run(...args));
  },
};
