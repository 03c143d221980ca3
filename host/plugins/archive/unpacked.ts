import { InvalidPluginError } from "../errors.ts";
import { MAX_BYTES, MAX_FILES } from "../plugin-files.ts";

/** Counts what an archive says it has, before any of it is unpacked. */
export class Unpacked {
  #files = 0;
  #bytes = 0;

  /** @throws {InvalidPluginError} past what a plugin may have */
  count(bytes: number): void {
    this.#files++;
    this.#bytes += bytes;
    if (this.#files > MAX_FILES) throw tooMuch(`more than ${MAX_FILES} files`);
    if (this.#bytes > MAX_BYTES) throw tooMuch(`more than ${MAX_BYTES} bytes`);
  }
}

export const tooMuch = (what: string): InvalidPluginError =>
  new InvalidPluginError([
    {
      path: "",
      message: `The archive has ${what}, which is more than a plugin may have. Pack what the plugin needs alone`,
    },
  ]);
