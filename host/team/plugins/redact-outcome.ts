import type { Outcome } from "../../../runtime/outcome.ts";

/** An outcome as it may be kept: without secrets in any of the texts that a plugin made up. */
export function redactOutcome<Told extends Outcome>(outcome: Told, redact: (text: string) => string): Told {
  const { function: name, reason, message, unhandled } = outcome;
  return {
    ...outcome,
    // A job's name is the plugin's; other functions have the contract's.
    function: name.startsWith("jobs.") ? redact(name) : name,
    ...(reason !== undefined && { reason: redact(reason) }),
    ...(message !== undefined && { message: redact(message) }),
    ...(unhandled && { unhandled: unhandled.map(redact) }),
  };
}
