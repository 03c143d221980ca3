import type { Inspected } from "./inspected.ts";

/** What an author may not expect of the functions that a plugin has, for the answer to its installation. */
export function functionWarnings({ methods }: Pick<Inspected, "methods">): string[] {
  const warnings: string[] = [];
  if (methods.includes("onSnapshot"))
    warnings.push(
      "onSnapshot is not called: session recordings stream through to PostHog and pass no plugin; `hoglet run --call onSnapshot` runs it",
    );
  if (methods.includes("processEvent") && methods.includes("processEventBatch"))
    warnings.push("processEventBatch is not called: where both are there, only processEvent is");
  return warnings;
}
