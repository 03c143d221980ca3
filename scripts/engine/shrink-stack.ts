/** Where the published engine's C stack ends and its heap begins: 5 MiB of stack above the static data. */
const STACK_TOP = 5_333_088;
const PUBLISHED_STACK = 5 * 1024 * 1024;
/** QuickJS stops guest code at 128 KiB; what is left is for the engine's own depth, such as its parser and JSON. */
const STACK = 1024 * 1024;
const NEW_TOP = STACK_TOP - PUBLISHED_STACK + STACK;
/** Where the stack lies in memory: its lowest address, and the first above it. */
export const STACK_RANGE = [NEW_TOP - STACK, NEW_TOP] as const;

/** The import of the memory, `a.a`, up to its minimum: 256 pages, and the minimum in its place: 28, for stack, static data and a guest. */
const MEMORY_IMPORT = [1, 0x61, 1, 0x61, 2, 1];
const MINIMUM = [0x80, 2];
/** Pages of memory that the engine starts with. */
export const PAGES = 28;
const NEW_MINIMUM = [0x80 | PAGES, 0];

/**
 * Gives the engine a C stack of 1 MiB instead of 5, so that an instance needs 1.8 MiB instead of 16. The top of the stack is a constant
 * in three places: the stack pointer's initial value, what the C library is told of its stack, together with the size, and the data
 * word where `sbrk` starts.
 */
export function shrinkStack(published: Uint8Array): Uint8Array {
  const wasm = Buffer.from(published);
  replaceAll(wasm, constant(STACK_TOP), constant(NEW_TOP), 2);
  replaceAll(wasm, constant(PUBLISHED_STACK), constant(STACK), 1);
  replaceAll(wasm, word(STACK_TOP), word(NEW_TOP), 1);
  replaceAll(wasm, Buffer.from([...MEMORY_IMPORT, ...MINIMUM]), Buffer.from([...MEMORY_IMPORT, ...NEW_MINIMUM]), 1);
  return wasm;
}

function replaceAll(wasm: Buffer, from: Buffer, to: Buffer, expected: number): void {
  if (from.length !== to.length) throw new Error("a constant cannot change its length");
  let found = 0;
  for (let at = wasm.indexOf(from); at >= 0; at = wasm.indexOf(from, at + to.length)) {
    to.copy(wasm, at);
    found++;
  }
  if (found !== expected) throw new Error(`${from.toString("hex")} was found ${found} times instead of ${expected}`);
}

/** The instruction `i32.const`. */
const constant = (value: number): Buffer => Buffer.from([0x41, ...signedLeb(value)]);

function signedLeb(value: number): number[] {
  const byte = value & 0x7f;
  const rest = value >> 7;
  const isLast = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
  return isLast ? [byte] : [byte | 0x80, ...signedLeb(rest)];
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
