/** One section of a WebAssembly module, id and size included. */
export interface Section {
  id: number;
  bytes: Uint8Array;
}

const HEADER_BYTES = 8;

/** Takes a module apart. */
export function readSections(wasm: Uint8Array): { header: Uint8Array; sections: Section[] } {
  const sections: Section[] = [];
  let at = HEADER_BYTES;
  while (at < wasm.length) {
    const start = at;
    const id = wasm[at++] ?? 0;
    let size = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = wasm[at++] ?? 0;
      size |= (byte & 0x7f) << shift;
    }
    at += size;
    sections.push({ id, bytes: wasm.subarray(start, at) });
  }
  return { header: wasm.subarray(0, HEADER_BYTES), sections };
}

export function section(id: number, content: Uint8Array): Uint8Array {
  return concat([id], vector(content));
}

/** Bytes with their number before them. */
export function vector(bytes: Uint8Array): Uint8Array {
  return concat(unsigned(bytes.length), bytes);
}

/** The unsigned LEB128 of a number. */
export function unsigned(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return new Uint8Array(bytes);
}

export const text = (value: string): Uint8Array => new TextEncoder().encode(value);

export function concat(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
