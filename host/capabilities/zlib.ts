import * as zlib from "node:zlib";

import { HostError } from "../../runtime/host-error.ts";
import type { CallScope } from "../../runtime/sandbox-options.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";

type Format = Parameters<Capabilities["zlib"]["compress"]>[0];

/** Bytes that decompressing gives at most, which the guest has to find room for as well. */
const MAX_LENGTH = 16 * 1024 * 1024;
/** Deflate makes at most so many bytes of one, brotli far more. */
const MAX_RATIO = 1032;
const FUEL_PER_COMPRESSED_BYTE = 10;
const SLOW_BROTLI = 5;

/** Compression by the platform's `node:zlib`. Inflating stops at a limit while it inflates. */
export function provideZlib(scope: CallScope): Capabilities["zlib"] {
  return {
    compress(format, data, level) {
      scope.burn(data.length * FUEL_PER_COMPRESSED_BYTE);
      return attempt(() => compress(format, data, level));
    },
    decompress(format, data, maxLength) {
      const limit = Math.min(maxLength, MAX_LENGTH);
      try {
        return decompress(format, data, limit);
      } catch (error) {
        // What was inflated until then is nothing that crosses, and so is billed here.
        scope.burn(format === "brotli" ? limit : Math.min(limit, data.length * MAX_RATIO));
        if (error instanceof RangeError)
          throw new HostError("RangeError", `Cannot create a Buffer larger than ${limit} bytes`, { cause: error });
        throw asHostError(error);
      }
    },
  };
}

function compress(format: Format, data: Uint8Array, level: number | undefined): Uint8Array {
  switch (format) {
    case "gzip":
      return zlib.gzipSync(data, options(level));
    case "deflate":
      return zlib.deflateSync(data, options(level));
    case "deflate-raw":
      return zlib.deflateRawSync(data, options(level));
    case "brotli": {
      const { BROTLI_PARAM_QUALITY: quality } = zlib.constants;
      return zlib.brotliCompressSync(data, { params: { [quality]: Math.min(level ?? SLOW_BROTLI, SLOW_BROTLI) } });
    }
  }
}

const options = (level: number | undefined) => (level === undefined ? {} : { level });

function decompress(format: Format, data: Uint8Array, limit: number): Uint8Array {
  const chunkSize = Math.min(256 * 1024, Math.max(1024, data.length * 4));
  const bounds = { maxOutputLength: limit, chunkSize };
  switch (format) {
    case "gzip":
      return zlib.gunzipSync(data, bounds);
    case "deflate":
      return zlib.inflateSync(data, bounds);
    case "deflate-raw":
      return zlib.inflateRawSync(data, bounds);
    case "brotli":
      return zlib.brotliDecompressSync(data, bounds);
  }
}

function attempt<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw asHostError(error);
  }
}

/** The platform's own words, which plugins know from Node. */
function asHostError(error: unknown): unknown {
  return error instanceof Error ? new HostError("Error", error.message, { cause: error }) : error;
}
