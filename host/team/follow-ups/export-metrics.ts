import type { Outcome } from "../../../runtime/outcome.ts";
import type { Metrics } from "../insight/metrics.ts";
import type { Fate } from "./follow-up-fate.ts";

/** Counts what became of a batch, in the metrics that PostHog gives each plugin with exportEvents. */
export function measureExport(
  metrics: Metrics,
  pluginConfigId: number,
  events: number,
  { kind }: Pick<Outcome, "kind">,
  fate: Fate,
): void {
  const count = (name: string, value: number) => metrics.write({ pluginConfigId, name, operation: "increment", value });
  if (kind === "ok" || kind === "dropped") return count("events_delivered_successfully", events);
  count(kind === "retry" ? "retry_errors" : "other_errors", 1);
  if (fate !== "retry") count("undelivered_events", events);
}
