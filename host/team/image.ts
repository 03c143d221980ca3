import module from "../../build/image.wasm";

import { openImage } from "../../runtime/engine/image.ts";
import { FileCache } from "../files/file-cache.ts";
import { GeoDatabase } from "../geo/geo-database.ts";
import { Pool } from "../../runtime/pool.ts";
import { Snapshots } from "../../runtime/snapshots.ts";

/** What every sandbox of the Worker starts from. */
export const image = openImage(module);

const PAGE = 65_536;

const MIB = 1024 * 1024;

/** Bytes for sandboxes and files together, in an isolate that has 128 MiB for everything. */
const ISOLATE_BYTES = 88 * MIB;

/** Bytes of linear memory for all sandboxes, as long as files leave so many. */
const POOL_BYTES = 48 * MIB;

/** Bytes for files: attachments of plugins, and the operator's database of places. */
const FILE_BYTES = 72 * MIB;

/** Bytes for what is kept of plugins after their setup: a few hundred KiB each. */
const SNAPSHOT_BYTES = 8 * MIB;

export const snapshots = new Snapshots(SNAPSHOT_BYTES);

/** The sandboxes of this isolate, whichever team objects it holds. */
export const pool: Pool = new Pool(() => Math.min(POOL_BYTES, ISOLATE_BYTES - files.bytes), image.pages * PAGE);

/** The files that this isolate has in memory. */
export const files: FileCache = new FileCache(FILE_BYTES, (bytes) => pool.shrinkTo(ISOLATE_BYTES - bytes));

/** The operator's database of places. */
export const geoDatabase = new GeoDatabase(files);
