import { Buffer } from "buffer";

import { GuestTypeError, GuestUint8Array } from "../../primordials.ts";
import { later } from "../crypto/callback.ts";
import { codecs } from "./codecs.ts";
import type { Codec, Options } from "./codecs.ts";
import { constants } from "./constants.ts";

/** What the module `stream` has for this one. */
interface Streams {
  Transform: new (options: {
    transform(chunk: Uint8Array, encoding: string, done: (error?: unknown) => void): void;
    flush(done: (error?: unknown, chunk?: Uint8Array) => void): void;
  }) => object;
}

const forms = codecs(library.bind("zlib")).flatMap(({ name, className, run }) => [
  [name, inBackground(run)],
  [`${name}Sync`, (data: unknown, options?: Options) => toBuffer(run(toBytes(data), options ?? {}))],
  [`create${className}`, (options?: Options) => makeStream(run, options ?? {})],
]);

/** Node's `zlib`, over the host's: for each method the function with a callback, its `Sync` form, and the stream. */
export default { ...(Object.fromEntries(forms) as Record<string, unknown>), constants, ...constants };

function inBackground(run: Codec["run"]) {
  return (data: unknown, ...rest: unknown[]): void => {
    const options = (rest.length > 1 ? rest[0] : {}) as Options;
    const bytes = toBytes(data);
    later(rest.at(-1), () => toBuffer(run(bytes, options)));
  };
}

/** A stream that holds what goes in, and gives the result as one piece at its end. */
function makeStream(run: Codec["run"], options: Options): object {
  const { Transform } = library.require("stream") as Streams;
  const pieces: Uint8Array[] = [];
  return new Transform({
    transform(chunk, _encoding, done) {
      pieces.push(chunk);
      done();
    },
    flush(done) {
      let result: Buffer;
      try {
        result = toBuffer(run(Buffer.concat(pieces), options));
      } catch (error) {
        done(error);
        return;
      }
      done(null, result);
    },
  });
}

function toBytes(data: unknown): Uint8Array {
  if (typeof data === "string") return Buffer.from(data);
  if (ArrayBuffer.isView(data))
    return new GuestUint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new GuestUint8Array(data);
  throw new GuestTypeError(
    'The "buffer" argument must be of type string or an instance of Buffer, TypedArray, DataView, or ArrayBuffer.',
  );
}

const toBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
