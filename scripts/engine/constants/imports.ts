import { IMPORTS } from "../../../runtime/engine/import-names.ts";
import type { ImportRole } from "../../../runtime/engine/import-names.ts";
import { finding } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { Laboratory } from "./laboratory.ts";
import type { Answer, Specimen } from "./laboratory.ts";

type Role = Exclude<ImportRole, "memory">;

/** What tells one import from the others. */
interface Clue {
  type: string;
  /** Something that has it called, if there is anything. */
  provoke?: (lab: Laboratory) => void;
  /** What it looks like in the JavaScript beside the binary, with its name as the first group: for those that nothing provokes. */
  glue?: RegExp;
}

/** In this order: a type that several have is left, in the end, to the one that nothing provokes. */
const CLUES: Record<Role, Clue> = {
  dateNow: { type: "-> f64", provoke: (lab) => lab.evaluate("Date.now()") },
  localTime: { type: "i64 i32 ->", provoke: (lab) => lab.evaluate("new Date(0).getTimezoneOffset()") },
  setTimeZone: { type: "i32 i32 i32 i32 ->", provoke: (lab) => lab.evaluate("new Date(0).getTimezoneOffset()") },
  resizeHeap: { type: "i32 -> i32", provoke: (lab) => lab.evaluate("new ArrayBuffer(3e7)") },
  callFunction: { type: "i32 i32 i32 i32 i32 -> i32", provoke: callHost },
  freeHostRef: { type: "i32 i32 ->", provoke: callHost },
  shouldInterrupt: { type: "i32 -> i32", provoke: interrupt },
  normalizeModule: { type: "i32 i32 i32 i32 -> i32", provoke: importModule },
  loadModule: { type: "i32 i32 i32 -> i32", provoke: importModule },
  // A context is left: the runtime asserts that nothing is.
  assertFail: { type: "i32 i32 i32 i32 ->", provoke: (lab) => lab.run("QTS_FreeRuntime", lab.runtime) },
  exit: { type: "i32 ->" },
  setTimer: { type: "i32 f64 -> i32" },
  fdSeek: { type: "i32 i64 i32 i32 -> i32" },
  fdWrite: { type: "i32 i32 i32 i32 -> i32" },
  fdClose: { type: "i32 -> i32" },
  abort: { type: "->", glue: /\b([\w$]+):\(\)=>[\w$]+\(""\)/ },
  keepaliveClear: { type: "->" },
  environGet: { type: "i32 i32 -> i32", glue: /\b([\w$]+):\(a,c\)=>\{var b=0,/ },
  environSizesGet: { type: "i32 i32 -> i32" },
};

/** Which import is which, and that there are no others. */
export function findImports(specimen: Specimen, glue: string): Finding[] {
  const WHERE = "runtime/engine/import-names.ts IMPORTS";
  const found = new Map<string, Role>();
  const findings = Object.entries(CLUES).map(([role, clue]) => {
    const open = [...specimen.imports].flatMap(([name, type]) =>
      type === clue.type && !found.has(name) ? [name] : [],
    );
    const name = identify(specimen, clue, open, glue);
    if (name !== undefined) found.set(name, role as Role);
    return finding(`import ${role} (${clue.type})`, WHERE, IMPORTS[role as Role], name);
  });
  const others = [...specimen.imports].filter(([name]) => !found.has(name));
  return [
    finding("import memory", WHERE, IMPORTS.memory, specimen.memory.name),
    ...findings,
    finding("imports not known", WHERE, "none", others.map(([name, type]) => `${name}: ${type}`).join("; ") || "none"),
  ];
}

function identify(specimen: Specimen, clue: Clue, open: readonly string[], glue: string): string | undefined {
  const { provoke } = clue;
  if (provoke) {
    const lab = new Laboratory(specimen, helpful(specimen));
    return lab.calledBy(() => provoke(lab)).find((name) => open.includes(name));
  }
  const name = clue.glue ? clue.glue.exec(glue)?.[1] : open.length === 1 ? open[0] : undefined;
  return name !== undefined && open.includes(name) ? name : undefined;
}

/** Answers a module's name with a name, so that the engine goes on to load it. */
function helpful(specimen: Specimen): Answer {
  const text = "x\0";
  return ({ name, args }, memory) => {
    if (specimen.imports.get(name) !== CLUES.normalizeModule.type) return 0;
    // The name that was asked for, where the engine has it: it takes it over as its own.
    const at = Number(args[2]);
    return memory.getUint8(at) === text.charCodeAt(0) ? at : 0;
  };
}

/** Calls a host function, and lets go of it. */
function callHost(lab: Laboratory): void {
  const fn = lab.run("QTS_NewFunction", lab.context, lab.text("f"), 0, 0, 1);
  const nothing = lab.run("QTS_GetUndefined");
  try {
    lab.run("QTS_Call", lab.context, fn, nothing, 0, nothing);
  } finally {
    lab.run("QTS_FreeValuePointer", lab.context, fn);
  }
}

function interrupt(lab: Laboratory): void {
  lab.run("QTS_RuntimeEnableInterruptHandler", lab.runtime);
  lab.evaluate("for (let i = 0; i < 1e6; i++);");
}

function importModule(lab: Laboratory): void {
  lab.run("QTS_RuntimeEnableModuleLoader", lab.runtime, 1);
  lab.evaluate("import 'x'", true);
}
