const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
/** What made the entry, in the field for it: only Unix notes links. */
const UNIX = 3;
const KIND = 0o170000;
const LINK = 0o120000;

/** Which entries of a .zip are symbolic links, by their number in its table of contents: what fflate does not tell. */
export function linksOf(bytes: Uint8Array): ReadonlySet<number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const links = new Set<number>();
  let end = bytes.length - END_BYTES;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) return links;
  let at = view.getUint32(end + 16, true);
  for (let index = 0; at + ENTRY_BYTES <= bytes.length && view.getUint32(at, true) === ENTRY; index++) {
    const mode = view.getUint32(at + 38, true) >>> 16;
    if (view.getUint8(at + 5) === UNIX && (mode & KIND) === LINK) links.add(index);
    // Name, extra fields and comment come behind.
    at += ENTRY_BYTES + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return links;
}
