import type { Outcome } from "../../../runtime/outcome.ts";
import type { CallOutcome } from "../insight/outcomes.ts";

/** An outcome as it may be kept: without secrets in any of the texts that a plugin made up, and without what its call was like. */
export function redactOutcome<Told extends Outcome & Pick<CallOutcome, "failure">>(
  outcome: Told,
  redact: (text: string) => string,
): Omit<Told, "failure"> {
  const { failure: _, ...kept } = outcome;
  const { function: name, reason, message, unhandled } = outcome;
  return {
    ...kept,
    // A job's name is the plugin's; other functions have the contract's.
    function: name.startsWith("jobs.") ? redact(name) : name,
    ...(reason !== undefined && { reason: redact(reason) }),
    ...(message !== undefined && { message: redact(message) }),
    ...(unhandled && { unhandled: unhandled.map(redact) }),
  };
}
