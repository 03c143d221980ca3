import type { Pointer } from "../../../runtime/engine/exports.ts";
import {
  ATOM_TABLE,
  ATOM_TYPE,
  CLASS,
  FLAG_LIST,
  LIST_ITEMS,
  LIST_LENGTH,
  OBJECT_CLASS,
  OBJECT_FLAGS,
  OBJECT_SHAPE,
  OBJECT_VALUES,
  PROPERTY_ENUMERABLE,
  PROPERTY_FLAGS_SHIFT,
  PROPERTY_KIND,
  SHAPE_COUNT,
  SHAPE_PROPERTIES,
  SHAPE_PROTOTYPE,
  STRING_DATA,
} from "../../../runtime/engine/layout.ts";
import { finding } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { Laboratory } from "./laboratory.ts";
import type { Specimen } from "./laboratory.ts";

const WHERE = "runtime/engine/layout.ts";
/** Bytes of a header, and of JSRuntime, that are looked at. */
const HEADER = 64;
const RUNTIME = 1024;
const KEY = "aKeyOfItsOwn";
const KEY_CODES = Array.from(KEY, (character) => character.charCodeAt(0));

/** How plain objects and lists lie in memory: known ones are made, and told apart by what is known of them. */
export function findObjects(specimen: Specimen): Finding[] {
  const lab = new Laboratory(specimen);
  const { view } = lab;
  const word = (at: Pointer): number => (at >= 0 && at + 4 <= view.byteLength ? view.getUint32(at, true) : 0);
  const half = (at: Pointer): number => view.getUint16(at, true);
  const headerOf = (code: string): Pointer => word(lab.evaluate(code));

  const [bare, other] = [headerOf("({})"), headerOf(`({ ${KEY}: 11, b: 22, c: 33 })`)];
  const [list, longer] = [headerOf("[]"), headerOf("[44, 55, 66, 77, 88]")];
  const gappy = headerOf("[44, , 66]");
  const strangers = ["new Date(0)", "/x/", "() => 1", "new Map()", "new String('')"].map(headerOf);
  const classAt = offsets(HEADER, 2).find(
    (at) =>
      half(bare + at) === half(other + at) &&
      half(list + at) === half(longer + at) &&
      new Set([bare, list, ...strangers].map((each) => half(each + at))).size === strangers.length + 2,
  );
  const [objectPrototype, listPrototype] = [headerOf("Object.prototype"), headerOf("Array.prototype")];
  const [shapeAt, prototypeAt] = pairs().find(
    ([at, inShape]) =>
      word(word(bare + at) + inShape) === objectPrototype && word(word(list + at) + inShape) === listPrototype,
  ) ?? [undefined, undefined];
  const shapeOf = (object: Pointer): Pointer => word(object + (shapeAt ?? 0));
  const counted = [
    [other, 3],
    [headerOf("({ a: 1, b: 1, c: 1, d: 1, e: 1 })"), 5],
    [headerOf("(() => { const o = { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 }; delete o.b; return o })()"), 7],
    [list, 1],
  ] as const;
  const countAt = offsets(HEADER, 4).find((at) => counted.every(([object, n]) => word(shapeOf(object) + at) === n));
  const valuesAt = offsets(HEADER, 4).find((at) => [11, 22, 33].every((n, i) => word(word(other + at) + i * 8) === n));
  const [writable, enumerable, configurable] = ["writable", "enumerable", "configurable"].map((flag) =>
    headerOf(`Object.defineProperty({}, "${KEY}", { value: 1, ${flag}: true })`),
  ) as [Pointer, Pointer, Pointer];
  const flagged = [
    [other, 7],
    [writable, 2],
    [enumerable, 4],
    [configurable, 1],
  ] as const;
  const getter = headerOf(`({ get ${KEY}() { return 1 } })`);
  const [tableAt, propertiesAt] = findAtoms(lab, shapeOf(other));
  const flagWord = (object: Pointer): number => word(shapeOf(object) + (propertiesAt ?? 0));
  const shift = offsets(32, 1).find((bits) => flagged.every(([object, flags]) => flagWord(object) >>> bits === flags));
  const text = (key: string): Pointer => {
    const atom = word(shapeOf(headerOf(`({ [${key}]: 1 })`)) + (propertiesAt ?? 0) + 4);
    return word(word(lab.runtime + (tableAt ?? 0)) + atom * 4);
  };
  const [names, symbols] = [["'x1'", "'x2'"].map(text), ["Symbol('x1')", "Symbol.for('x2')"].map(text)];
  const typeAt = offsets(STRING_DATA, 4).find(
    (at) =>
      names.every((each) => word(each + at) >>> 30 === 1) && symbols.every((each) => word(each + at) >>> 30 !== 1),
  );
  const flagsAt = offsets(HEADER, 1).find((at) => {
    const flags = [bare, list, longer, gappy].map((each) => view.getUint8(each + at) & FLAG_LIST);
    return flags.join() === [0, FLAG_LIST, FLAG_LIST, 0].join();
  });
  const shortened = headerOf("(() => { const list = [1, 2, 3, 4, 5]; list.pop(); return list })()");
  const lengthAt = offsets(HEADER, 4).find(
    (at) => word(longer + at) === 5 && word(shortened + at) === 4 && word(list + at) === 0,
  );
  const itemsAt = offsets(HEADER, 4).find((at) => [44, 55, 66].every((n, i) => word(word(longer + at) + i * 8) === n));
  const kind = flagWord(getter) >>> (shift ?? 0);

  return [
    finding("offset of an object's class", `${WHERE} OBJECT_CLASS`, OBJECT_CLASS, classAt),
    finding("class of plain objects", `${WHERE} CLASS`, CLASS.object, half(bare + (classAt ?? 0))),
    finding("class of lists", `${WHERE} CLASS`, CLASS.list, half(list + (classAt ?? 0))),
    finding("offset of an object's shape", `${WHERE} OBJECT_SHAPE`, OBJECT_SHAPE, shapeAt),
    finding("offset of a shape's prototype", `${WHERE} SHAPE_PROTOTYPE`, SHAPE_PROTOTYPE, prototypeAt),
    finding("offset of a shape's count", `${WHERE} SHAPE_COUNT`, SHAPE_COUNT, countAt),
    finding("offset of a shape's properties", `${WHERE} SHAPE_PROPERTIES`, SHAPE_PROPERTIES, propertiesAt),
    finding("offset of an object's values", `${WHERE} OBJECT_VALUES`, OBJECT_VALUES, valuesAt),
    finding("offset of the table of atoms", `${WHERE} ATOM_TABLE`, ATOM_TABLE, tableAt),
    finding("offset of an atom's type", `${WHERE} ATOM_TYPE`, ATOM_TYPE, typeAt),
    finding("bits below a property's flags", `${WHERE} PROPERTY_FLAGS_SHIFT`, PROPERTY_FLAGS_SHIFT, shift),
    finding(
      "flag of what can be enumerated",
      `${WHERE} PROPERTY_ENUMERABLE`,
      PROPERTY_ENUMERABLE,
      flagWord(enumerable) >>> (shift ?? 0),
    ),
    finding("a getter's kind is told", `${WHERE} PROPERTY_KIND`, "yes", (kind & PROPERTY_KIND) === 0 ? "no" : "yes"),
    finding("offset of a list's flag", `${WHERE} OBJECT_FLAGS`, OBJECT_FLAGS, flagsAt),
    finding("offset of a list's items", `${WHERE} LIST_ITEMS`, LIST_ITEMS, itemsAt),
    finding("offset of a list's length", `${WHERE} LIST_LENGTH`, LIST_LENGTH, lengthAt),
  ];

  /** Where the runtime has its table of atoms, and a shape its properties: the first one's atom leads to the text of its key. */
  function findAtoms(of: Laboratory, shape: Pointer): [number, number] | [undefined, undefined] {
    const bytes = new Uint8Array(of.memory.buffer);
    const isKey = (at: Pointer): boolean => KEY_CODES.every((code, i) => bytes[at + STRING_DATA + i] === code);
    for (const table of offsets(RUNTIME, 4))
      for (const properties of offsets(2 * HEADER, 4)) {
        const entry = word(of.runtime + table) + word(shape + properties + 4) * 4;
        if (isKey(word(entry))) return [table, properties];
      }
    return [undefined, undefined];
  }
}

const offsets = (end: number, step: number): number[] => Array.from({ length: end / step }, (_, i) => i * step);

const pairs = (): [number, number][] =>
  offsets(HEADER, 4).flatMap((at) => offsets(HEADER, 4).map((inShape): [number, number] => [at, inShape]));
