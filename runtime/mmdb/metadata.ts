import { MmdbError } from "./mmdb-error.ts";
import { parseLoosely } from "../shared/record-json.ts";
import { ValueDecoder } from "./value-decoder.ts";

/** What a database says of itself, in the names of mmdb-lib. */
export interface Metadata {
  binaryFormatMajorVersion: number;
  binaryFormatMinorVersion: number;
  /** Milliseconds since the epoch. */
  buildEpoch: number;
  databaseType: string;
  description: unknown;
  ipVersion: 4 | 6;
  languages: unknown;
  nodeByteSize: number;
  nodeCount: number;
  recordSize: 24 | 28 | 32;
  /** Bytes. */
  searchTreeSize: number;
  treeDepth: number;
}

const MARKER = [0xab, 0xcd, 0xef, ...new TextEncoder().encode("MaxMind.com")];
/** Bytes at the end of a file in which the metadata must begin, as the format says. */
const MAX_BYTES = 128 * 1024;

/**
 * Reads a database's metadata.
 * @throws {MmdbError} when there is none, or it does not agree with the file
 */
export function readMetadata(bytes: Uint8Array): Metadata {
  const start = findStart(bytes);
  const found = parseLoosely(new ValueDecoder(bytes, start).decode(start));
  if (typeof found !== "object" || found === null) throw new MmdbError("the metadata is no map");
  const given = found as Record<string, unknown>;
  const { ip_version: ipVersion, record_size: recordSize, node_count: nodeCount } = given;
  if (recordSize !== 24 && recordSize !== 28 && recordSize !== 32) throw new MmdbError("Unsupported record size");
  if (ipVersion !== 4 && ipVersion !== 6) throw new MmdbError(`there is no IP version ${String(ipVersion)}`);
  if (typeof nodeCount !== "number") throw new MmdbError("the metadata has no node_count");
  const nodeByteSize = recordSize / 4;
  const searchTreeSize = nodeCount * nodeByteSize;
  if (searchTreeSize > start - MARKER.length) throw new MmdbError("the search tree is longer than the file");
  return {
    binaryFormatMajorVersion: given["binary_format_major_version"] as number,
    binaryFormatMinorVersion: given["binary_format_minor_version"] as number,
    buildEpoch: Number(given["build_epoch"]) * 1000,
    databaseType: String(given["database_type"]),
    description: given["description"],
    ipVersion,
    languages: given["languages"],
    nodeByteSize,
    nodeCount,
    recordSize,
    searchTreeSize,
    treeDepth: 2 ** (ipVersion + 1),
  };
}

/** Where the metadata begins: behind the last marker. */
function findStart(bytes: Uint8Array): number {
  const from = Math.max(0, bytes.length - MAX_BYTES);
  for (let at = bytes.length - MARKER.length; at >= from; at--)
    if (MARKER.every((byte, i) => bytes[at + i] === byte)) return at + MARKER.length;
  throw new MmdbError("Cannot parse binary database");
}
