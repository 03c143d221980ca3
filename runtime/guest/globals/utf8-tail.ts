/** How many bytes at the end may be the beginning of a UTF-8 character whose rest is still to come. */
export function incompleteTail(bytes: Uint8Array): number {
  for (let held = 1; held <= 3 && held <= bytes.length; held++) {
    const lead = bytes[bytes.length - held] ?? 0;
    if ((lead & 0xc0) === 0x80) continue;
    const isPrefix = lengthOf(lead) > held && (held === 1 || isSecond(lead, bytes[bytes.length - held + 1] ?? 0));
    return isPrefix ? held : 0;
  }
  return 0;
}

/** How many bytes a character takes that begins with this one; 0 for bytes that begin none. */
function lengthOf(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 0;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** Whether a byte can be a character's second: some are ruled out because they would make it too long, a surrogate, or no Unicode. */
function isSecond(lead: number, byte: number): boolean {
  const from = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const to = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  return byte >= from && byte <= to;
}
