import ipaddr from "ipaddr.js";

import { Unsigned, encodeValue } from "./encode-value.ts";
import type { MmdbValue } from "./encode-value.ts";

/** A network such as `89.160.20.128/25` and what the database says of it. */
export type Network = [cidr: string, record: MmdbValue];

type Node = { children: [Node | undefined, Node | undefined] } | { offset: number };

/** How the tree is written. */
export interface TreeFormat {
  /** Bits of a node's half. */
  recordSize?: 24 | 28 | 32;
  /** 4 for a tree that has no IPv6. */
  ipVersion?: 4 | 6;
}

const SEPARATOR = new Uint8Array(16);
const METADATA_MARKER = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");

/**
 * A database in MaxMind's binary format 2.0, with an IPv6 tree in which IPv4 lies below ::/96 unless told otherwise.
 * @param builtAt seconds since the epoch
 */
export function writeMmdb(
  type: string,
  networks: readonly Network[],
  builtAt: number,
  { recordSize = 24, ipVersion = 6 }: TreeFormat = {},
): Buffer {
  const root: Node = { children: [undefined, undefined] };
  const data: Uint8Array[] = [];
  let dataLength = 0;
  for (const [cidr, record] of networks) {
    insert(root, bitsOf(cidr, ipVersion), dataLength);
    const bytes = encodeValue(record);
    data.push(bytes);
    dataLength += bytes.length;
  }
  const tree = treeOf(root, recordSize);
  const metadata = encodeValue({
    binary_format_major_version: new Unsigned("uint16", 2),
    binary_format_minor_version: new Unsigned("uint16", 0),
    build_epoch: new Unsigned("uint64", builtAt),
    database_type: type,
    description: { en: type },
    ip_version: new Unsigned("uint16", ipVersion),
    languages: ["en"],
    node_count: new Unsigned("uint32", tree.length / (recordSize / 4)),
    record_size: new Unsigned("uint16", recordSize),
  });
  return Buffer.concat([tree, SEPARATOR, ...data, METADATA_MARKER, metadata]);
}

function bitsOf(cidr: string, ipVersion: 4 | 6): string {
  const [address, length] = ipaddr.parseCIDR(cidr);
  const bits = address.toByteArray().map((byte) => byte.toString(2).padStart(8, "0"));
  const prefix = address.kind() === "ipv4" && ipVersion === 6 ? "0".repeat(96) : "";
  return prefix + bits.join("").slice(0, length);
}

function insert(root: Node, bits: string, offset: number): void {
  let node = root;
  [...bits].forEach((bit, i) => {
    if (!("children" in node)) throw new Error("networks must not contain each other");
    const side = bit === "0" ? 0 : 1;
    const next: Node =
      i === bits.length - 1 ? { offset } : (node.children[side] ?? { children: [undefined, undefined] });
    node.children[side] = next;
    node = next;
  });
}

/** Nodes in the order in which they are found, two records each: a node's number, "nothing", or a place in the data. */
function treeOf(root: Node, recordSize: 24 | 28 | 32): Buffer {
  const nodes = [root];
  const links: (number | { offset: number } | undefined)[] = [];
  for (const node of nodes)
    for (const child of "children" in node ? node.children : []) {
      if (child && "children" in child) links.push(nodes.push(child) - 1);
      else links.push(child);
    }
  const records = links.map((link) => {
    if (link === undefined) return nodes.length;
    return typeof link === "number" ? link : nodes.length + SEPARATOR.length + link.offset;
  });
  return Buffer.concat(nodes.map((_, i) => nodeBytes(records[2 * i] ?? 0, records[2 * i + 1] ?? 0, recordSize)));
}

/** A node: two records, which share a byte when they have 28 bits. */
function nodeBytes(left: number, right: number, recordSize: 24 | 28 | 32): Buffer {
  const hex = (value: number): string => value.toString(16).padStart(recordSize / 4, "0");
  const [l, r] = [hex(left), hex(right)];
  return Buffer.from(recordSize === 28 ? l.slice(1) + l[0] + r : l + r, "hex");
}
