import type { Buffer } from "buffer";
import { Reader as MmdbReader } from "mmdb-lib";

import type { Capabilities } from "../../../../wit/generated/contract.ts";
import { decodeRecord } from "./decode-record.ts";
import { HELD } from "../../meta/held-buffer.ts";
import { parse } from "../../primordials.ts";

type Metadata = MmdbReader<never>["metadata"];

/**
 * The `Reader` of maxmind and mmdb-lib. A database that is an attachment is read by the host, and stays there; any other buffer is read
 * here, as mmdb-lib does.
 */
export function makeReader(host: Capabilities["mmdb"]): typeof MmdbReader {
  return class Reader<T extends object> extends MmdbReader<T> {
    /** The place of the attachment that the host reads. Set while the constructor of mmdb-lib runs. */
    declare private attachment?: number;

    override load(db: Buffer): void {
      const held = (db as { [HELD]?: Buffer | number } | undefined)?.[HELD];
      if (typeof held !== "number") return super.load(held ?? db);
      this.attachment = held;
      this.metadata = metadataOf(host.metadata(held) ?? "{}");
    }

    override get(ip: string): T | null {
      return this.getWithPrefixLength(ip)[0];
    }

    override getWithPrefixLength(ip: string): [T | null, number] {
      if (this.attachment === undefined) return super.getWithPrefixLength(ip);
      if (typeof ip !== "string") throw new TypeError(`an IP address is a text, not ${typeof ip}`);
      const { value, prefixLength } = host.get(this.attachment, ip);
      return [value === undefined ? null : (decodeRecord(value) as T), prefixLength];
    }
  };
}

function metadataOf(json: string): Metadata {
  const metadata = parse(json) as Metadata;
  return { ...metadata, buildEpoch: new Date(metadata.buildEpoch) };
}
