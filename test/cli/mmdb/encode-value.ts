/** An integer of a MaxMind database, with the name of its type. */
export class Unsigned {
  readonly type: "uint16" | "uint32" | "uint64";
  readonly value: number;

  constructor(type: Unsigned["type"], value: number) {
    this.type = type;
    this.value = value;
  }
}

/** A value of a MaxMind database; a number is a double, a bigint has 128 bits. */
export type MmdbValue =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | Unsigned
  | MmdbValue[]
  | { [key: string]: MmdbValue };

const TYPE = {
  utf8: 2,
  double: 3,
  bytes: 4,
  uint16: 5,
  uint32: 6,
  map: 7,
  uint64: 9,
  uint128: 10,
  array: 11,
  boolean: 14,
} as const;

/** The value as it stands in the data section: a control byte or more, then its content. */
export function encodeValue(value: MmdbValue): Buffer {
  if (typeof value === "string") return field(TYPE.utf8, Buffer.from(value, "utf8"));
  if (typeof value === "number") {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return field(TYPE.double, bytes);
  }
  if (typeof value === "boolean") return control(TYPE.boolean, value ? 1 : 0);
  if (typeof value === "bigint") return field(TYPE.uint128, bigEndian(value));
  if (value instanceof Uint8Array) return field(TYPE.bytes, Buffer.from(value));
  if (Array.isArray(value)) return Buffer.concat([control(TYPE.array, value.length), ...value.map(encodeValue)]);
  if (value instanceof Unsigned) return field(TYPE[value.type], bigEndian(value.value));
  const entries = Object.entries(value);
  const content = entries.flatMap(([key, item]) => [encodeValue(key), encodeValue(item)]);
  return Buffer.concat([control(TYPE.map, entries.length), ...content]);
}

const field = (type: number, content: Buffer): Buffer => Buffer.concat([control(type, content.length), content]);

/** Types above 7 are named in a second byte; sizes from 29 on have a byte of their own. */
function control(type: number, size: number): Buffer {
  if (size >= 285) throw new RangeError("larger values are not needed");
  const small = Math.min(size, 29);
  const extended = type > 7 ? [type - 7] : [];
  return Buffer.from([((type > 7 ? 0 : type) << 5) | small, ...extended, ...(size >= 29 ? [size - 29] : [])]);
}

/** Big-endian, without leading zeros. */
function bigEndian(value: number | bigint): Buffer {
  const hex = Number(value) === 0 ? "" : value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
}
