import wasm from "../../../build/engine.wasm";
import guest from "../../../build/guest.js";
import type { Image } from "../../../runtime/sandbox.ts";

/** What every sandbox under test starts from. `npm run build` makes both files. */
export const image: Image = { wasm, guest };
