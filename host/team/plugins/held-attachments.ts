import type { AttachmentFiles } from "../../../runtime/ambient/attachments.ts";
import type { MemoryFile } from "../../../runtime/memory-file.ts";
import type { FileCache } from "../../files/file-cache.ts";
import type { StoredAttachment } from "./plugin-config.ts";

/** A config's attachments, which are in memory while a call of its plugin may read them. */
export class HeldAttachments {
  readonly #attachments: readonly StoredAttachment[];
  readonly #cache: FileCache;
  #files: readonly (MemoryFile | undefined)[] = [];
  #calls = 0;

  constructor(attachments: readonly StoredAttachment[], cache: FileCache) {
    this.#attachments = attachments;
    this.#cache = cache;
  }

  readonly file: AttachmentFiles = (index) => this.#files[index];

  /** Runs something that may read the attachments. */
  async during<T>(run: () => T | Promise<T>): Promise<T> {
    if (this.#attachments.length === 0) return run();
    const held = await this.#cache.hold(this.#attachments.map(({ stored }) => stored));
    this.#files = held.files;
    this.#calls++;
    try {
      return await run();
    } finally {
      if (--this.#calls === 0) this.#files = [];
      held.release();
    }
  }
}
