import wasm from "../../build/engine.wasm";
import guest from "../../build/guest.js";

import { Pool } from "../../runtime/pool.ts";
import type { Image } from "../../runtime/sandbox.ts";

/** What every sandbox of the Worker starts from. */
export const image: Image = { wasm, guest };

/** Bytes of linear memory for all sandboxes of an isolate, which has 128 MiB for everything. */
const POOL_BYTES = 48 * 1024 * 1024;

/** The sandboxes of this isolate, whichever team objects it holds. */
export const pool = new Pool(POOL_BYTES);
