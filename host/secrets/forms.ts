/** A shorter value would be found in texts that have nothing to do with it. */
export const MIN_ANYWHERE = 6;

/** A longer value is not looked for in other encodings. */
const MAX_ENCODED = 4096;

const encoder = new TextEncoder();

/**
 * The texts by which a secret value gives itself away: as it is, as JSON, addresses and forms escape it, in hex, and in base64, there
 * also as a part of a longer text. A value that is too short to be told from other text has no form but itself.
 */
export function formsOf(value: string): string[] {
  if (value.length < MIN_ANYWHERE) return [value];
  return [...new Set(allForms(value))].filter(({ length }) => length >= MIN_ANYWHERE);
}

/** Every form of a value beside the same form of another of the same length. */
export function pairsOfForms(value: string, other: string): [string, string][] {
  const others = allForms(other);
  return allForms(value).flatMap((form, i): [string, string][] => {
    const stand = others[i];
    const isFound = form.length >= Math.min(MIN_ANYWHERE, value.length);
    return isFound && stand !== undefined ? [[form, stand]] : [];
  });
}

/** As many forms for each value of one length, in one order. */
function allForms(value: string): string[] {
  if (value.length < MIN_ANYWHERE) return [value];
  const json = JSON.stringify(value).slice(1, -1);
  if (value.length > MAX_ENCODED) return [value, json];
  const bytes = encoder.encode(value);
  const url = encodeURIComponent(value.toWellFormed());
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [
    value,
    value.trim(),
    json,
    json.replaceAll("/", "\\/"),
    url,
    url.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    new URLSearchParams([["", value]]).toString().slice(1),
    hex,
    hex.toUpperCase(),
    ...[0, 1, 2].flatMap((before) => base64Within(bytes, before)),
  ];
}

/**
 * What the base64 of a longer text has of these bytes and of nothing else, in both alphabets.
 * @param before how many bytes stand in front of them, less a multiple of three
 */
function base64Within(bytes: Uint8Array, before: number): string[] {
  const binary = [...bytes].map((byte) => String.fromCharCode(byte)).join("");
  // Six bits a character: one that shares bits with what stands in front or behind is not like itself everywhere.
  const from = Math.ceil((before * 8) / 6);
  const to = Math.floor(((before + bytes.length) * 8) / 6);
  const text = btoa("\0".repeat(before) + binary).slice(from, to);
  return [text, text.replaceAll("+", "-").replaceAll("/", "_")];
}
