/** Bundled libraries that expect Node's global `Buffer` are given this one at build time (esbuild's `inject`). */
export { Buffer } from "buffer";
