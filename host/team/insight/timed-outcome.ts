import type { Outcome } from "../../../runtime/outcome.ts";

/** An outcome with what the runtime, which reads no clock, cannot know. */
export interface TimedOutcome extends Outcome {
  /** Milliseconds that the call took. At the edge, time passes only while a call waits for something. */
  ms?: number;
}
