import { MemoryFile } from "../../runtime/memory-file.ts";

/** A file that is kept somewhere else. */
export interface StoredFile {
  /** Names the content: never another one's. */
  id: string;
  /** Bytes. */
  size: number;
  read(): Promise<Uint8Array>;
}

/** Files that stay in memory until they are released. */
export interface HeldFiles {
  /** In the order in which they were asked for. Those for which there would never be room are missing. */
  readonly files: readonly (MemoryFile | undefined)[];
  release(): void;
}

interface Entry {
  file: MemoryFile;
  users: number;
}

/** Milliseconds between two looks for room that others leave, and how often it is looked for. */
const PAUSE = 50;
const MAX_LOOKS = 200;

/**
 * Files in the memory of an isolate, shared by all who use them. Those that nobody uses go when there is no room, least recently used
 * first. Nobody waits for another's reading: each may only do input and output of its own.
 */
export class FileCache {
  readonly #maxBytes: number;
  readonly #mayHold: (bytes: number) => boolean;
  /** In order of use, least recent first. */
  readonly #entries = new Map<string, Entry>();
  /** Bytes that are being read. */
  #coming = 0;

  /**
   * @param maxBytes that all files may have together
   * @param mayHold asked before they come to have so many bytes in all
   */
  constructor(maxBytes: number, mayHold: (bytes: number) => boolean = () => true) {
    this.#maxBytes = maxBytes;
    this.#mayHold = mayHold;
  }

  /** Bytes that are held or on their way. */
  get bytes(): number {
    let bytes = this.#coming;
    for (const { file } of this.#entries.values()) bytes += file.bytes.length;
    return bytes;
  }

  /**
   * Holds files, which are read when they are not there.
   * @throws {Error} when others use all the room for long, or a file cannot be read
   */
  async hold(wanted: readonly StoredFile[]): Promise<HeldFiles> {
    const fitting = this.#fitting(wanted);
    for (let looks = 1; ; looks++) {
      const missing = fitting.filter(({ id }) => !this.#entries.has(id));
      const used = fitting.flatMap(({ id }) => this.#entries.get(id) ?? []);
      for (const entry of used) entry.users++;
      const size = missing.reduce((sum, file) => sum + file.size, 0);
      if (missing.length === 0 || this.#makeRoom(size)) {
        try {
          return this.#held(wanted, [...used, ...(await this.#readAll(missing, size))]);
        } catch (error) {
          for (const entry of used) entry.users--;
          throw error;
        }
      }
      for (const entry of used) entry.users--;
      if (looks === MAX_LOOKS) throw new Error(`there is no room for ${size} bytes of files in memory`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  /** Lets go of the files whose ids begin so. Who holds one keeps it until released. */
  forget(prefix: string): void {
    for (const id of this.#entries.keys()) if (id.startsWith(prefix)) this.#entries.delete(id);
  }

  #held(wanted: readonly StoredFile[], entries: readonly Entry[]): HeldFiles {
    const files = wanted.map(({ id }) => {
      const entry = this.#entries.get(id);
      if (!entry) return undefined;
      this.#entries.delete(id);
      this.#entries.set(id, entry);
      return entry.file;
    });
    return {
      files,
      release: () => {
        for (const entry of entries) entry.users--;
      },
    };
  }

  /** As many of the first as there can be room for. */
  #fitting(wanted: readonly StoredFile[]): StoredFile[] {
    let bytes = 0;
    return wanted.filter(({ size }) => {
      const fits = bytes + size <= this.#maxBytes;
      if (fits) bytes += size;
      return fits;
    });
  }

  /** @returns the entries of the files, in use */
  async #readAll(missing: readonly StoredFile[], size: number): Promise<Entry[]> {
    this.#coming += size;
    try {
      const contents = await Promise.all(missing.map((file) => file.read()));
      return missing.map(({ id }, i) => {
        // Another may have read it meanwhile.
        const entry = this.#entries.get(id) ?? { file: new MemoryFile(contents[i] ?? new Uint8Array()), users: 0 };
        this.#entries.set(id, entry);
        entry.users++;
        return entry;
      });
    } finally {
      this.#coming -= size;
    }
  }

  #makeRoom(size: number): boolean {
    for (const [id, { users }] of this.#entries) {
      if (this.bytes + size <= this.#maxBytes) break;
      if (users === 0) this.#entries.delete(id);
    }
    return this.bytes + size <= this.#maxBytes && this.#mayHold(this.bytes + size);
  }
}
