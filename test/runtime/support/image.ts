import module from "../../../build/image.wasm";
import { openImage } from "../../../runtime/engine/image.ts";

/** What every sandbox under test starts from. `npm run build` makes it. */
export const image = openImage(module);
