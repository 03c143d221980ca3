import type { PluginOutcome } from "../team/insight/outcomes.ts";
import { shownText } from "./shown.ts";

/** How one plugin's call ended: its kind as a coloured chip, and what it said about that. */
export function OutcomeChip({ outcome }: { outcome: PluginOutcome }) {
  const { plugin, kind, reason, message } = outcome;
  const said = reason ?? message;
  return (
    <span class={`chip ${toneOf(kind)}`}>
      <bdi>{shownText(plugin, 80)}</bdi>
      <b>{kind}</b>
      {said !== undefined && said !== "" && <bdi class="said">{shownText(said, 300)}</bdi>}
    </span>
  );
}

function toneOf(kind: PluginOutcome["kind"]): string {
  if (kind === "ok") return "good";
  return kind === "dropped" || kind === "retry" ? "mild" : "bad";
}
