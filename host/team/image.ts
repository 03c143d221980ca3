import module from "../../build/image.wasm";

import { openImage } from "../../runtime/engine/image.ts";
import { Pool } from "../../runtime/pool.ts";

/** What every sandbox of the Worker starts from. */
export const image = openImage(module);

/** Bytes of linear memory for all sandboxes of an isolate, which has 128 MiB for everything. */
const POOL_BYTES = 48 * 1024 * 1024;

/** The sandboxes of this isolate, whichever team objects it holds. */
export const pool = new Pool(POOL_BYTES);
