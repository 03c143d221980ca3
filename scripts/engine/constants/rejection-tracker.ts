import type binaryen from "binaryen";

import { REJECTION_TRACKER } from "../../../runtime/engine/layout.ts";
import { addHook, tableSize } from "../track-rejections.ts";
import { finding } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { Laboratory, specimenOf } from "./laboratory.ts";
import type { Specimen } from "./laboratory.ts";

/** Bytes of JSRuntime that are looked at. */
const RUNTIME = 1024;

/**
 * Where QuickJS's runtime keeps the hook for rejected promises: the hook is put wherever there is a null pointer, one place after the
 * other, until a rejected promise calls it.
 * @param module gets the hook: it is not as published any more
 */
export function findRejectionTracker(module: binaryen.Module, glue: string): Finding {
  const slot = tableSize(module);
  addHook(module);
  const specimen = specimenOf(module, glue);
  const found = Array.from({ length: RUNTIME / 4 }, (_, i) => i * 4).filter((offset) =>
    isTracker(specimen, offset, slot),
  );
  const now = found.join(" and ") || undefined;
  return finding("offset of the hook", "runtime/engine/layout.ts REJECTION_TRACKER", REJECTION_TRACKER, now);
}

function isTracker(specimen: Specimen, offset: number, slot: number): boolean {
  const lab = new Laboratory(specimen);
  if (lab.view.getUint32(lab.runtime + offset, true) !== 0) return false;
  lab.view.setUint32(lab.runtime + offset, slot, true);
  return lab.calledBy(() => lab.evaluate("Promise.reject(1)")).includes("rejection");
}
