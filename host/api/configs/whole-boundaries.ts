/** UTF-16 units of a boundary; RFC 2046 has 70. */
export const MAX_BOUNDARY = 200;
/** Bytes of a piece, but for the last one: more than a boundary has, so that one that ends with a piece is seen in it. */
const MIN_PIECE = 512;
/** Bytes that stay behind of a piece that ends badly: no boundary with its dashes is shorter. */
const HELD = 3;

/**
 * Cuts the pieces of a form where no boundary ends with a piece: the parser looks at the two bytes behind a boundary when it finds it,
 * and takes the form for a broken one where they have not arrived.
 * @param boundary as the form's Content-Type names it, of at most MAX_BOUNDARY
 * @returns what makes of the next piece one that may be parsed, which may be empty; of null, at the end, what is left
 */
export function wholeBoundaries(boundary: string): (piece: Uint8Array | null) => Uint8Array {
  const marker = new TextEncoder().encode(`--${boundary}`);
  let held = new Uint8Array(0);
  return (piece) => {
    if (piece === null) return held;
    const bytes = new Uint8Array(held.byteLength + piece.byteLength);
    bytes.set(held);
    bytes.set(piece, held.byteLength);
    const end = endOf(bytes, marker);
    held = bytes.slice(end);
    return bytes.subarray(0, end);
  };
}

function endOf(bytes: Uint8Array, marker: Uint8Array): number {
  if (bytes.byteLength < MIN_PIECE) return 0;
  return endsWith(bytes, marker, 0) || endsWith(bytes, marker, 1) ? bytes.byteLength - HELD : bytes.byteLength;
}

/** Whether some bytes end with others, before a number of last ones. */
function endsWith(bytes: Uint8Array, ending: Uint8Array, before: number): boolean {
  const start = bytes.byteLength - before - ending.byteLength;
  return start >= 0 && ending.every((byte, index) => bytes[start + index] === byte);
}
