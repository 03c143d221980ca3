import binaryen from "binaryen";

import { readInstalled } from "./build-engine.ts";
import { findInBinary } from "./constants/binary.ts";
import { agrees } from "./constants/finding.ts";
import type { Finding } from "./constants/finding.ts";
import { findImports } from "./constants/imports.ts";
import { specimenOf } from "./constants/laboratory.ts";
import { findLayout } from "./constants/layout.ts";
import { findRejectionTracker } from "./constants/rejection-tracker.ts";

/** Finds everything that the engine's steps, and `runtime/engine/`, know of the published binary anew, in one that may be of another version. */
export function findConstants(installed: { wasm: Uint8Array; sha256: string; glue: string }): Finding[] {
  const { wasm, glue } = installed;
  const module = binaryen.readBinary(wasm);
  module.setFeatures(binaryen.Features.All);
  const specimen = specimenOf(module, glue);
  return [
    ...findInBinary(installed, module, specimen),
    ...findImports(specimen, glue),
    ...findLayout(specimen),
    findRejectionTracker(module, glue),
  ];
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
