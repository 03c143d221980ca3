import { concat, readSections, section, text, unsigned, vector } from "./wasm-sections.ts";

const CUSTOM = 0;
const START = 8;
const CODE = 10;
const DATA = 11;
const DATA_COUNT = 12;
/** Zeros up to this many are cheaper to keep than to leave out: bytes. */
const GAP = 32;

/**
 * A module that starts with a given memory instead of its own static data. Its start function, which clears what the data leave out, is
 * not run again.
 * @param custom name and text of a custom section to add
 */
export function withMemory(wasm: Uint8Array, memory: Uint8Array, custom: readonly [string, string]): Uint8Array {
  const runs = findRuns(memory);
  const segments = runs.map(([start, end]) =>
    concat([0], [0x41], signed(start), [0x0b], vector(memory.subarray(start, end))),
  );
  const data = section(DATA, concat(unsigned(segments.length), ...segments));
  const { header, sections } = readSections(wasm);
  const out = [header];
  for (const { id, bytes } of sections) {
    // A module that says how many segments it has says it before its code.
    if (id === CODE && sections.some((other) => other.id === DATA_COUNT))
      out.push(section(DATA_COUNT, unsigned(segments.length)));
    if (![START, DATA, DATA_COUNT].includes(id)) out.push(bytes);
    if (id === CODE) out.push(data);
  }
  const [name, content] = custom;
  return concat(...out, section(CUSTOM, concat(vector(text(name)), text(content))));
}

/** Start and end of the stretches of memory that are not zero. */
function findRuns(memory: Uint8Array): [number, number][] {
  const runs: [number, number][] = [];
  for (let at = 0; at < memory.length; at++) {
    if (memory[at] === 0) continue;
    const last = runs.at(-1);
    if (last && at - last[1] <= GAP) last[1] = at + 1;
    else runs.push([at, at + 1]);
  }
  return runs;
}

/** The signed LEB128 of a number below 2 to the power of 31. */
function signed(value: number): number[] {
  const bytes = [...unsigned(value)];
  const last = bytes.at(-1) ?? 0;
  // The sign is the last byte's seventh bit.
  return last & 0x40 ? [...bytes.slice(0, -1), last | 0x80, 0] : bytes;
}
