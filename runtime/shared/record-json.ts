/**
 * Values of a MaxMind database as JSON. What JSON does not have stands in it as a text that begins with NUL and a letter:
 * an integer of 64 bits or more, bytes, a number such as NaN. A text of the database that begins with NUL gets a letter too.
 */
const NUL = "\u0000";

export const textJson = (text: string): string => JSON.stringify(text.startsWith(NUL) ? `${NUL}s${text}` : text);

export const bigintJson = (value: bigint): string => JSON.stringify(`${NUL}n${value}`);

export const numberJson = (value: number): string =>
  Number.isFinite(value) && !Object.is(value, -0)
    ? `${value}`
    : JSON.stringify(`${NUL}f${Object.is(value, -0) ? "-0" : value}`);

export function bytesJson(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return JSON.stringify(`${NUL}b${hex}`);
}

/**
 * The value behind a text of the database in this JSON: for a text that begins with NUL what it stands for, else the text itself.
 * @param toBytes makes bytes of hexadecimal digits
 */
export function valueOfText(text: string, toBytes: (hex: string) => unknown): unknown {
  if (text[0] !== NUL) return text;
  const rest = text.slice(2);
  switch (text[1]) {
    case "n":
      return BigInt(rest);
    case "f":
      return Number(rest);
    case "b":
      return toBytes(rest);
    default:
      return rest;
  }
}

/** The value behind this JSON where exactness does not matter: large integers as numbers, bytes as null. */
export function parseLoosely(json: string): unknown {
  return JSON.parse(json, (_, value: unknown) => {
    const found = typeof value === "string" ? valueOfText(value, () => null) : value;
    return typeof found === "bigint" ? Number(found) : found;
  });
}
