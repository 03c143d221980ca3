import { TM_GMTOFF } from "../../../runtime/engine/imports.ts";
import {
  FLOAT_OFFSET,
  ROPE_LEFT,
  ROPE_RIGHT,
  STRING_DATA,
  STRING_LENGTH,
  TAG,
  TAG_RANGE,
} from "../../../runtime/engine/layout.ts";
import { finding } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { Laboratory } from "./laboratory.ts";
import type { Specimen } from "./laboratory.ts";

const WHERE = "runtime/engine/layout.ts";
/** Bytes of a header that are looked at. */
const HEADER = 64;

/** A value of each type that the engine reads, and of the two at the ends of the tags. */
const SAMPLES: Record<keyof typeof TAG, string> = {
  string: "'text'",
  rope: "'a'.repeat(9000) + 'b'.repeat(9000)",
  object: "({})",
  int: "7",
  bool: "true",
  null: "null",
  undefined: "undefined",
  exception: "throw 1",
};
const ENDS = { first: "2n ** 200n", last: "1n" } as const;

/** How values lie in memory: known ones are made, and looked at. */
export function findLayout(specimen: Specimen): Finding[] {
  const lab = new Laboratory(specimen);
  const tagOf = (code: string): number => lab.view.getInt32(lab.evaluate(code) + 4, true);
  const stringTag = tagOf(SAMPLES.string);
  const tags = Object.entries(SAMPLES).map(([name, code]) =>
    finding(`tag of ${name}`, `${WHERE} TAG`, TAG[name as keyof typeof TAG], tagOf(code)),
  );
  return [
    ...tags,
    finding("first tag", `${WHERE} TAG_RANGE`, TAG_RANGE.first, tagOf(ENDS.first)),
    finding("last tag", `${WHERE} TAG_RANGE`, TAG_RANGE.last, tagOf(ENDS.last)),
    finding("offset of floats", `${WHERE} FLOAT_OFFSET`, FLOAT_OFFSET, floatOffset(tagOf)),
    finding("offset of a text's length", `${WHERE} STRING_LENGTH`, STRING_LENGTH, lengthOffset(lab)),
    finding("offset of a text's data", `${WHERE} STRING_DATA`, STRING_DATA, dataOffset(lab)),
    finding("offset of a rope's left part", `${WHERE} ROPE_LEFT`, ROPE_LEFT, partOffset(lab, stringTag, 600)),
    finding("offset of a rope's right part", `${WHERE} ROPE_RIGHT`, ROPE_RIGHT, partOffset(lab, stringTag, 9000)),
    finding("offset of tm_gmtoff", "runtime/engine/imports.ts TM_GMTOFF", TM_GMTOFF, timeZoneOffset(specimen)),
  ];
}

/** What is subtracted from the upper half of floats, if it is the same for all. */
function floatOffset(tagOf: (code: string) => number): number | undefined {
  const offsets = [1.5, -1e300, 0.1].map((value) => {
    const bits = new DataView(new ArrayBuffer(8));
    bits.setFloat64(0, value);
    return (bits.getInt32(0) - tagOf(String(value))) >>> 0;
  });
  return new Set(offsets).size === 1 ? offsets[0] : undefined;
}

/** Where the lengths of texts stand, with the sign for those of 16 bits, and of ropes without it. */
function lengthOffset(lab: Laboratory): number | undefined {
  const headers = [
    ["'x'.repeat(301)", 301],
    ["'\\u0100'.repeat(302)", -0x8000_0000 + 302],
    ["'x'.repeat(9000) + 'y'.repeat(9001)", 18_001],
    ["'\\u0100'.repeat(9000) + 'y'.repeat(9001)", 18_001],
  ].map(([code, expected]) => ({ at: headerOf(lab, String(code)), expected: Number(expected) }));
  return offsets(4).find((offset) =>
    headers.every(({ at, expected }) => lab.view.getInt32(at + offset, true) === expected),
  );
}

/** Where the characters of texts begin. */
function dataOffset(lab: Laboratory): number | undefined {
  const narrow = headerOf(lab, "'\\u00e1\\u00e2\\u00e3\\u00e4'");
  const wide = headerOf(lab, "'\\u1234\\u5678'");
  return offsets(2).find(
    (offset) =>
      lab.view.getUint32(narrow + offset, true) === 0xe4e3_e2e1 &&
      lab.view.getUint32(wide + offset, true) === 0x5678_1234,
  );
}

/** Where in a rope of two parts the one of a length stands. */
function partOffset(lab: Laboratory, stringTag: number, length: number): number | undefined {
  const { view } = lab;
  const at = headerOf(lab, "'a'.repeat(600) + 'b'.repeat(9000)");
  return offsets(4).find((offset) => {
    const part = view.getUint32(at + offset, true);
    if (view.getInt32(at + offset + 4, true) !== stringTag || part + HEADER > view.byteLength) return false;
    return offsets(4).some((inPart) => view.getInt32(part + inPart, true) === length);
  });
}

/** Which word of C's `struct tm` is the time zone: each is given another one. */
function timeZoneOffset(specimen: Specimen): number | undefined {
  const WORDS = 11;
  const lab = new Laboratory(specimen, ({ name, args }, view) => {
    if (specimen.imports.get(name) === "i64 i32 ->")
      for (let i = 0; i < WORDS; i++) view.setInt32(Number(args[1]) + i * 4, (i + 1) * 60, true);
    return 0;
  });
  const word = -lab.evaluateNumber("new Date(0).getTimezoneOffset()") - 1;
  return word >= 0 && word < WORDS ? word * 4 : undefined;
}

const headerOf = (lab: Laboratory, code: string): number => {
  const value = lab.evaluate(code);
  return lab.view.getUint32(value, true);
};

const offsets = (step: number): number[] => Array.from({ length: HEADER / step }, (_, i) => i * step);
