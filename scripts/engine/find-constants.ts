import binaryen from "binaryen";

import { readInstalled } from "./build-engine.ts";
import { findInBinary } from "./constants/binary.ts";
import { agrees, finding } from "./constants/finding.ts";
import type { Finding } from "./constants/finding.ts";
import { findImports } from "./constants/imports.ts";
import { specimenOf } from "./constants/laboratory.ts";
import { findLayout } from "./constants/layout.ts";
import { findObjects } from "./constants/objects.ts";
import { findRejectionTracker } from "./constants/rejection-tracker.ts";

/** Finds everything that the engine's steps, and `runtime/engine/`, know of the published binary anew, in one that may be of another version. */
export function findConstants(installed: { wasm: Uint8Array; sha256: string; glue: string }): Finding[] {
  const { wasm, glue } = installed;
  const module = binaryen.readBinary(wasm);
  module.setFeatures(binaryen.Features.All);
  const specimen = specimenOf(module, glue);
  return [
    ...findInBinary(installed, module, specimen),
    ...attempt("imports", "runtime/engine/import-names.ts IMPORTS", () => findImports(specimen, glue)),
    ...attempt("layout", "runtime/engine/layout.ts TAG", () => findLayout(specimen)),
    ...attempt("objects", "runtime/engine/layout.ts CLASS", () => findObjects(specimen)),
    ...attempt("hook", "runtime/engine/layout.ts REJECTION_TRACKER", () => [findRejectionTracker(module, glue)]),
  ];
}

/** A binary in which nothing runs tells the rest all the same. */
function attempt(name: string, where: string, find: () => Finding[]): Finding[] {
  try {
    return find();
  } catch (error) {
    return [finding(name, where, "can be looked at", error instanceof Error ? error.message : String(error))];
  }
}

// `npm run engine:constants`
if (import.meta.main) {
  const findings = findConstants(await readInstalled());
  for (const each of findings) {
    const { name, where, source, now } = each;
    console.log(
      `${agrees(each) ? "ok      " : "DIFFERS "} ${name}: ${now}${agrees(each) ? "" : `, source: ${source}`}  (${where})`,
    );
  }
  const differing = findings.filter((each) => !agrees(each)).length;
  console.log(
    differing === 0 ? "\nThe source agrees." : `\n${differing} of ${findings.length} differ from the source.`,
  );
  process.exitCode = differing === 0 ? 0 : 1;
}
