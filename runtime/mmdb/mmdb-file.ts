import ipaddr from "ipaddr.js";

import { readMetadata } from "./metadata.ts";
import type { Metadata } from "./metadata.ts";
import { ValueDecoder } from "./value-decoder.ts";

/** Bytes of zeros between the tree and the data. */
const SEPARATOR = 16;
/** Bits in front of an IPv4 address in a tree of IPv6. */
const IPV4_DEPTH = 96;

export interface Found {
  /** The record as JSON (see record-json.ts), or null when the database says nothing of the address. */
  json: string | null;
  /** Bits of the address that led there. */
  prefixLength: number;
}

/** A MaxMind database in memory. What a file makes of its own format is bounded, however it was made. */
export class MmdbFile {
  readonly metadata: Metadata;
  readonly #bytes: Uint8Array;
  readonly #decoder: ValueDecoder;
  readonly #ipv4Start: number;
  #work = 0;

  /** @throws {MmdbError} when the bytes are no database */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.metadata = readMetadata(bytes);
    this.#decoder = new ValueDecoder(bytes, this.metadata.searchTreeSize + SEPARATOR);
    this.#ipv4Start = this.metadata.ipVersion === 4 ? 0 : this.#walk(new Uint8Array(IPV4_DEPTH / 8), 0).node;
  }

  /** How much decoding the last address that was looked up took: values, and bytes of texts. */
  get work(): number {
    return this.#work;
  }

  /**
   * Looks an address up. One that is no address is in no database.
   * @throws {MmdbError} when the record is broken
   */
  find(ip: string): Found {
    this.#work = 0;
    const address = bytesOf(ip);
    const { nodeCount, searchTreeSize, ipVersion } = this.metadata;
    if (!address || address.length > (ipVersion === 4 ? 4 : 16)) return { json: null, prefixLength: 0 };
    const { node, depth } = this.#walk(address, address.length === 4 ? this.#ipv4Start : 0);
    if (node <= nodeCount) return { json: null, prefixLength: depth };
    try {
      return { json: this.#decoder.decode(node - nodeCount + searchTreeSize), prefixLength: depth };
    } finally {
      this.#work = this.#decoder.work;
    }
  }

  /** Goes down the tree, a bit for each level, until that leads out of it. */
  #walk(address: Uint8Array, from: number): { node: number; depth: number } {
    let node = from;
    let depth = 0;
    for (; depth < address.length * 8 && node < this.metadata.nodeCount; depth++) {
      const byte = address[depth >> 3] ?? 0;
      node = this.#record(node, (byte >> (7 - (depth & 7))) & 1);
    }
    return { node, depth };
  }

  #record(node: number, side: number): number {
    const { recordSize, nodeByteSize } = this.metadata;
    const start = node * nodeByteSize;
    const at = (i: number): number => this.#bytes[start + i] ?? 0;
    if (recordSize === 28) {
      const low = side === 0 ? 0 : 4;
      const high = side === 0 ? at(3) >> 4 : at(3) & 0x0f;
      return high * 2 ** 24 + at(low) * 65_536 + at(low + 1) * 256 + at(low + 2);
    }
    const length = recordSize / 8;
    let value = 0;
    for (let i = 0; i < length; i++) value = value * 256 + at(side * length + i);
    return value;
  }
}

function bytesOf(ip: string): Uint8Array | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(ip)) return Uint8Array.from(ipaddr.IPv4.parse(ip).toByteArray());
  if (ip.length > MAX_ADDRESS) return undefined;
  // What ends like an IPv4 address is taken for one of these by ipaddr.js, whatever stands before.
  const inGroups = ip.replace(/[\d.]+$/, (end) => (ipaddr.IPv4.isValidFourPartDecimal(end) ? groupsOf(end) : end));
  return inGroups.includes(":") && ipaddr.IPv6.isValid(inGroups)
    ? Uint8Array.from(ipaddr.IPv6.parse(inGroups).toByteArray())
    : undefined;
}

function groupsOf(ipv4: string): string {
  const hex = ipaddr.IPv4.parse(ipv4)
    .toByteArray()
    .map((byte) => byte.toString(16).padStart(2, "0"));
  return `${hex.slice(0, 2).join("")}:${hex.slice(2).join("")}`;
}

/** Characters of an IPv6 address with an IPv4 one in it and a zone behind it. */
const MAX_ADDRESS = 64;
