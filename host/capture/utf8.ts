const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
const lenient = new TextDecoder("utf-8");

/**
 * UTF-8 to text, without a byte order mark. Broken bytes become U+FFFD, for an event with a broken character is worth
 * more than none. posthog-js before 2024 writes each half of a surrogate pair as three bytes (CESU-8) when it encodes
 * base64; these pairs are joined again, or every emoji would be lost.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return lenient.decode(joinSurrogates(bytes));
  }
}

/** How many bytes `text` takes in UTF-8. A lone surrogate takes three, as U+FFFD does. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) {
      length += 1;
    } else {
      length += 2;
      if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(i + 1))) i++;
    }
  }
  return length;
}

/** The first `limit` UTF-16 units of `text`, one fewer where the cut would split a surrogate pair. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const splits = isHighSurrogate(text.charCodeAt(limit - 1)) && isLowSurrogate(text.charCodeAt(limit));
  return text.slice(0, splits ? limit - 1 : limit);
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

function isLowSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00;
}

function joinSurrogates(bytes: Uint8Array): Uint8Array {
  const joined = new Uint8Array(bytes.length);
  let length = 0;
  let copied = 0;
  const append = (end: number): void => {
    joined.set(bytes.subarray(copied, end), length);
    length += end - copied;
  };

  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 0xed) continue;
    const codePoint = surrogatePairAt(bytes, at);
    if (codePoint === null) continue;
    append(at);
    joined[length++] = 0xf0 | (codePoint >> 18);
    joined[length++] = 0x80 | ((codePoint >> 12) & 0x3f);
    joined[length++] = 0x80 | ((codePoint >> 6) & 0x3f);
    joined[length++] = 0x80 | (codePoint & 0x3f);
    copied = at + 6;
    at += 5;
  }
  append(bytes.length);
  return joined.subarray(0, length);
}

/** The code point of `ed a0..af xx ed b0..bf xx` at `at`, or null when something else is there. */
function surrogatePairAt(bytes: Uint8Array, at: number): number | null {
  const high = bytes[at + 1] ?? 0;
  if ((high & 0xf0) !== 0xa0 || bytes[at + 3] !== 0xed) return null;
  const highTail = bytes[at + 2] ?? 0;
  const low = bytes[at + 4] ?? 0;
  const lowTail = bytes[at + 5] ?? 0;
  const isPair = (highTail & 0xc0) === 0x80 && (low & 0xf0) === 0xb0 && (lowTail & 0xc0) === 0x80;
  if (!isPair) return null;
  const top = ((high & 0x0f) << 6) | (highTail & 0x3f);
  const bottom = ((low & 0x0f) << 6) | (lowTail & 0x3f);
  return 0x10000 + ((top << 10) | bottom);
}
