/**
 * How QuickJS 2025-09-13 lays out its values in the memory of a 32-bit machine. Reading numbers and texts where they lie costs a
 * tenth of asking for them through its functions, and loses nothing of them. `npm run engine:constants` finds the numbers anew for another version, and
 * `test/runtime/engine/layout.test.ts` fails where they do not hold.
 */

/** The upper half of a value's 64 bits tells its type, unless it is a float. */
export const TAG = {
  string: -7,
  rope: -6,
  object: -1,
  int: 0,
  bool: 1,
  null: 2,
  undefined: 3,
  exception: 6,
} as const;

/** The tags of all types but floats lie between these two. */
export const TAG_RANGE = { first: -9, last: 7 } as const;

/** Floats are stored with this subtracted from their upper half, so that none looks like a tag: 0x7ff80000 + 9 + 1. */
export const FLOAT_OFFSET = 0x7ff8_000a;

/** Byte offset of a string's length in its header: 31 bits, and one bit for whether its characters are 16 bits wide. */
export const STRING_LENGTH = 4;
/** Byte offset of a string's first character. */
export const STRING_DATA = 16;

/** Byte offsets of the two parts of a rope, values in its header: strings, or ropes again. Its length lies where a string's does. */
export const ROPE_LEFT = 16;
export const ROPE_RIGHT = 24;

/** Byte offsets in an object: the byte with its flags, the number of its class, its shape, and the values of its properties. */
export const OBJECT_FLAGS = 5;
export const OBJECT_CLASS = 6;
export const OBJECT_SHAPE = 20;
export const OBJECT_VALUES = 24;
/** Byte offsets in a list whose items lie side by side: where, and how many they are. */
export const LIST_ITEMS = 36;
export const LIST_LENGTH = 40;
/** The flag of such a list. */
export const FLAG_LIST = 8;
/** The classes of plain objects and of lists. */
export const CLASS = { object: 1, list: 2 } as const;

/** Byte offsets in a shape: how many properties it has, deleted ones included, its prototype, and the first property. */
export const SHAPE_COUNT = 32;
export const SHAPE_PROTOTYPE = 44;
export const SHAPE_PROPERTIES = 48;
/** A property of a shape: its flags in the upper bits of the first word, its key's atom in the second. */
export const PROPERTY_FLAGS_SHIFT = 26;
export const PROPERTY_ENUMERABLE = 4;
/** The bits that tell a value from a getter and the like, which have one of them set. */
export const PROPERTY_KIND = 0x30;

/** Byte offset of the table of atoms in QuickJS's JSRuntime. An atom with its top bit set is a number instead. */
export const ATOM_TABLE = 56;
/** Byte offset, in an atom's text, of the word whose upper two bits are 1 unless it is a symbol. */
export const ATOM_TYPE = 8;

/** Byte offset of `host_promise_rejection_tracker` in QuickJS's JSRuntime. */
export const REJECTION_TRACKER = 160;
/** The slot of the engine's function table that `scripts/engine/track-rejections.ts` adds. */
export const REJECTION_SLOT = 471;
