import type { Outcome } from "../../../runtime/outcome.ts";
import type { QuotaSpent } from "../quotas/quota-spent.ts";

/** An outcome with what the runtime, which knows neither clock nor team, cannot know. */
export interface TimedOutcome extends Outcome {
  /** Milliseconds that the call took. At the edge, time passes only while a call waits for something. */
  ms?: number;
  /** The quota of the team that kept the plugin from being called. */
  quota?: QuotaSpent;
}
