import { fileURLToPath } from "node:url";

/** The built files that the command needs lie beside it, and in `build/` for whoever runs the sources. */
const FOLDER = new URL(import.meta.url.endsWith(".ts") ? "../build/" : "./", import.meta.url);

/** The address of a built file, such as `image.wasm`. */
export function asset(name: string): URL {
  return new URL(name, FOLDER);
}

/** The folder with the types for plugins' authors, which lies beside both. */
export const TYPES = fileURLToPath(new URL("../types", import.meta.url));
