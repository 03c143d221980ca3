import module from "../../build/image.wasm";

import { openImage } from "../../runtime/engine/image.ts";
import { Pool } from "../../runtime/pool.ts";
import { Snapshots } from "../../runtime/snapshots.ts";

/** What every sandbox of the Worker starts from. */
export const image = openImage(module);

const PAGE = 65_536;

/** Bytes of linear memory for all sandboxes of an isolate, which has 128 MiB for everything. */
const POOL_BYTES = 48 * 1024 * 1024;

/** Bytes for what is kept of plugins after their setup: a few hundred KiB each. */
const SNAPSHOT_BYTES = 8 * 1024 * 1024;

export const snapshots = new Snapshots(SNAPSHOT_BYTES);

/** The sandboxes of this isolate, whichever team objects it holds. */
export const pool = new Pool(POOL_BYTES, image.pages * PAGE);
