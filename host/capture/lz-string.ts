import { CaptureError } from "./capture-error.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BITS_PER_CHARACTER = 6;
const INVALID = 255;
const utf16 = new TextDecoder("utf-16le", { fatal: true, ignoreBOM: true });

/** The value of each base64 character, by character code; `=` pads with zero bits. */
const VALUES = new Uint8Array(128).fill(INVALID);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;
VALUES["=".charCodeAt(0)] = 0;

/** The first codes of the format: a new 8-bit character, a new 16-bit character, the end. */
const NEW_BYTE = 0;
const NEW_UNIT = 1;
const END = 2;
const FIRST_ENTRY = 3;

/**
 * LZString's base64 form to text: what posthog-js of 2021 and the web-lite SDKs send as `compression=lz64`. The
 * lz-string package would do, but knows no limit, and its output can be many thousand times the input.
 *
 * Every dictionary entry is a piece that has been written already and the character after it, so an entry is a place
 * in the output and a length, and neither time nor memory grows faster than input and output.
 *
 * @param limit most UTF-16 units of output; decoding stops there.
 * @returns null when `text` is not what LZString writes.
 * @throws {CaptureError} 413 over the limit.
 */
export function decompressLzString(text: string, limit: number): string | null {
  const bits = new BitReader(text);
  const output = new Output(limit);
  const dictionary = new Dictionary();
  let codeBits = 2;
  let previousStart = 0;
  let previousLength = 0;

  for (;;) {
    const code = bits.read(codeBits);
    if (code === null) return null;
    if (code === END) return output.toString();

    const start = output.length;
    if (code === NEW_BYTE || code === NEW_UNIT) {
      const unit = bits.read(code === NEW_BYTE ? 8 : 16);
      if (unit === null) return null;
      output.append(unit);
      dictionary.add(start, 1);
    } else if (code < dictionary.nextCode) {
      output.copy(dictionary.startOf(code), dictionary.lengthOf(code));
    } else if (code === dictionary.nextCode && previousLength > 0) {
      // The entry that this very piece completes: the previous piece and its own first character.
      output.copy(previousStart, previousLength);
      output.copy(previousStart, 1);
    } else {
      return null;
    }

    if (previousLength > 0) dictionary.add(previousStart, previousLength + 1);
    previousStart = start;
    previousLength = output.length - start;
    // The next piece adds an entry which its own code may name already.
    codeBits = bitLength(dictionary.nextCode);
  }
}

function bitLength(value: number): number {
  return 32 - Math.clz32(value);
}

/** Reads numbers, least significant bit first, from characters of six bits each, most significant bit first. */
class BitReader {
  readonly #text: string;
  #index = 0;
  #value = 0;
  #left = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Null at the end of the text and at a character that is not base64. */
  read(count: number): number | null {
    let result = 0;
    for (let i = 0; i < count; i++) {
      if (this.#left === 0) {
        const code = this.#text.charCodeAt(this.#index++);
        this.#value = VALUES[code] ?? INVALID;
        if (this.#value === INVALID) return null;
        this.#left = BITS_PER_CHARACTER;
      }
      this.#left--;
      result |= ((this.#value >> this.#left) & 1) << i;
    }
    return result;
  }
}

class Dictionary {
  #starts = new Uint32Array(1024);
  #lengths = new Uint32Array(1024);
  /** The code that the next entry will get. */
  nextCode = FIRST_ENTRY;

  add(start: number, length: number): void {
    if (this.nextCode === this.#starts.length) {
      this.#starts = doubled(this.#starts);
      this.#lengths = doubled(this.#lengths);
    }
    this.#starts[this.nextCode] = start;
    this.#lengths[this.nextCode] = length;
    this.nextCode++;
  }

  startOf(code: number): number {
    return this.#starts[code] ?? 0;
  }

  lengthOf(code: number): number {
    return this.#lengths[code] ?? 0;
  }
}

function doubled(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

class Output {
  readonly #limit: number;
  #units = new Uint16Array(4096);
  length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  append(unit: number): void {
    this.#reserve(1);
    this.#units[this.length++] = unit;
  }

  copy(start: number, length: number): void {
    this.#reserve(length);
    this.#units.copyWithin(this.length, start, start + length);
    this.length += length;
  }

  toString(): string {
    const units = this.#units.subarray(0, this.length);
    try {
      return utf16.decode(units);
    } catch {
      // A lone surrogate, which LZString keeps and no decoder does.
      const parts: string[] = [];
      for (let at = 0; at < units.length; at += 8192) {
        parts.push(String.fromCharCode(...units.subarray(at, at + 8192)));
      }
      return parts.join("");
    }
  }

  #reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.#limit) throw CaptureError.bodyTooLarge();
    if (needed <= this.#units.length) return;
    const larger = new Uint16Array(Math.min(this.#limit, Math.max(needed, this.#units.length * 2)));
    larger.set(this.#units.subarray(0, this.length));
    this.#units = larger;
  }
}
