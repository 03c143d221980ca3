import type { Bound } from "../../bind.ts";
import { constants } from "./constants.ts";

type Zlib = Bound<"zlib">;
type Format = Parameters<Zlib["compress"]>[0];

/** What plugins give beside the data, as far as it changes the result or bounds it. */
export interface Options {
  level?: unknown;
  maxOutputLength?: unknown;
  params?: Readonly<Record<number, unknown>>;
}

/** One of Node's methods of compression, by the name of its function and of its stream. */
export interface Codec {
  name: string;
  className: string;
  run(data: Uint8Array, options: Options): Uint8Array;
}

const LONGEST = 0xffff_ffff;

export function codecs(host: Zlib): Codec[] {
  const compress =
    (format: Format): Codec["run"] =>
    (data, options) =>
      host.compress(format, data, levelOf(format, options));
  const decompress =
    (formatOf: (data: Uint8Array) => Format): Codec["run"] =>
    (data, { maxOutputLength }) =>
      host.decompress(formatOf(data), data, typeof maxOutputLength === "number" ? maxOutputLength : LONGEST);
  return [
    { name: "gzip", className: "Gzip", run: compress("gzip") },
    { name: "gunzip", className: "Gunzip", run: decompress(() => "gzip") },
    { name: "deflate", className: "Deflate", run: compress("deflate") },
    { name: "inflate", className: "Inflate", run: decompress(() => "deflate") },
    { name: "deflateRaw", className: "DeflateRaw", run: compress("deflate-raw") },
    { name: "inflateRaw", className: "InflateRaw", run: decompress(() => "deflate-raw") },
    { name: "unzip", className: "Unzip", run: decompress((data) => (isGzip(data) ? "gzip" : "deflate")) },
    { name: "brotliCompress", className: "BrotliCompress", run: compress("brotli") },
    { name: "brotliDecompress", className: "BrotliDecompress", run: decompress(() => "brotli") },
  ];
}

function levelOf(format: Format, { level, params }: Options): number | undefined {
  const given = format === "brotli" ? params?.[constants.BROTLI_PARAM_QUALITY] : level;
  return typeof given === "number" ? given : undefined;
}

const isGzip = (data: Uint8Array): boolean => data[0] === 0x1f && data[1] === 0x8b;
