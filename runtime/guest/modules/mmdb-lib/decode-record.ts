import { Buffer } from "buffer";

import { valueOfText } from "../../../shared/record-json.ts";
import { parse } from "../../primordials.ts";

/** A record of a database as mmdb-lib gives it, out of its JSON (see record-json.ts). */
export function decodeRecord(json: string): unknown {
  // Nearly every record is JSON as it is.
  if (!json.includes("\\u0000")) return parse(json);
  return parse(json, (_, value: unknown) =>
    typeof value === "string" ? valueOfText(value, (hex) => Buffer.from(hex, "hex")) : value,
  );
}
