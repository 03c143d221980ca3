import { unsigned } from "./wasm-sections.ts";

/** Where the published engine's C stack ends and its heap begins: 5 MiB of stack above the static data. */
export const STACK_TOP = 5_333_088;
export const PUBLISHED_STACK = 5 * 1024 * 1024;
/** QuickJS stops guest code at 128 KiB; what is left is for the engine's own depth, such as its parser and JSON. */
const STACK = 1024 * 1024;
const NEW_TOP = STACK_TOP - PUBLISHED_STACK + STACK;
/** Where the stack lies in memory: its lowest address, and the first above it. */
export const STACK_RANGE = [NEW_TOP - STACK, NEW_TOP] as const;

/** How often they are in the binary: as constants of its code, and the top as a word of its data, too. */
export const OCCURRENCES = { stackTop: 2, stackTopAsWord: 1, stackSize: 1 } as const;

/** The import of the memory, `a.a`, up to its minimum. */
const MEMORY_IMPORT = [1, 0x61, 1, 0x61, 2, 1];
/** Pages of memory that the published engine starts with. */
export const PUBLISHED_PAGES = 256;
/** Pages of memory that the engine starts with: for stack, static data and a guest. */
export const PAGES = 28;
/** As long as the published one's, with nothing in its upper part. */
const NEW_MINIMUM = [0x80 | PAGES, 0];

/**
 * Gives the engine a C stack of 1 MiB instead of 5, so that an instance needs 1.8 MiB instead of 16. The top of the stack is a constant
 * in three places: the stack pointer's initial value, what the C library is told of its stack, together with the size, and the data
 * word where `sbrk` starts.
 */
export function shrinkStack(published: Uint8Array): Uint8Array {
  const wasm = Buffer.from(published);
  replaceAll(wasm, constant(STACK_TOP), constant(NEW_TOP), OCCURRENCES.stackTop);
  replaceAll(wasm, constant(PUBLISHED_STACK), constant(STACK), OCCURRENCES.stackSize);
  replaceAll(wasm, word(STACK_TOP), word(NEW_TOP), OCCURRENCES.stackTopAsWord);
  replaceAll(
    wasm,
    Buffer.from([...MEMORY_IMPORT, ...unsigned(PUBLISHED_PAGES)]),
    Buffer.from([...MEMORY_IMPORT, ...NEW_MINIMUM]),
    1,
  );
  return wasm;
}

function replaceAll(wasm: Buffer, from: Buffer, to: Buffer, expected: number): void {
  if (from.length !== to.length) throw new Error("a constant cannot change its length");
  const found = findAll(wasm, from);
  if (found.length !== expected)
    throw new Error(`${from.toString("hex")} was found ${found.length} times instead of ${expected}`);
  for (const at of found) to.copy(wasm, at);
}

/** Where some bytes lie in others. */
export function findAll(wasm: Buffer, bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = wasm.indexOf(bytes); at >= 0; at = wasm.indexOf(bytes, at + bytes.length)) found.push(at);
  return found;
}

/** The instruction `i32.const`. */
export const constant = (value: number): Buffer => Buffer.from([0x41, ...signedLeb(value)]);

function signedLeb(value: number): number[] {
  const byte = value & 0x7f;
  const rest = value >> 7;
  const isLast = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
  return isLast ? [byte] : [byte | 0x80, ...signedLeb(rest)];
}

export function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
