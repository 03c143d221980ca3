import { MmdbError } from "./mmdb/mmdb-error.ts";
import { MmdbFile } from "./mmdb/mmdb-file.ts";

/** A file in the host's memory. All who use it share what was made of it. */
export class MemoryFile {
  readonly bytes: Uint8Array;
  #mmdb: MmdbFile | null | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The file as a MaxMind database, or null when it is none. */
  get mmdb(): MmdbFile | null {
    if (this.#mmdb === undefined) this.#mmdb = open(this.bytes);
    return this.#mmdb;
  }
}

function open(bytes: Uint8Array): MmdbFile | null {
  try {
    return new MmdbFile(bytes);
  } catch (error) {
    if (error instanceof MmdbError) return null;
    throw error;
  }
}
