import type { OutcomeKind } from "../../../wit/generated/contract.ts";
import type { Message, PluginEvent } from "../../event.ts";
import type { TimedOutcome } from "../insight/timed-outcome.ts";
import type { Requests } from "../plugins/invocation.ts";

/** What one call of a plugin made of the events that it was given. */
export interface Processed {
  outcome: TimedOutcome;
  /** What became of each of the events, in their order. */
  each: Became[];
  requests: Requests;
  /** Events that a batch function returned beside those that it was given. */
  added: Message[];
}

export interface Became {
  kind: OutcomeKind;
  /** The event as the plugin left it; null when it goes on as it was, or not at all. */
  event: PluginEvent | null;
}

/** A plugin may change anything but the team, which is put back and told as PostHog tells it. */
export function keepTeam(teamId: number, event: PluginEvent, outcome: TimedOutcome): TimedOutcome {
  if (event.team_id === teamId) return outcome;
  event.team_id = teamId;
  return { ...outcome, kind: "threw", message: "IllegalOperationError: Plugin tried to change event.team_id" };
}
