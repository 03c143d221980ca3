import type { Json, JsonObject, PluginEvent } from "../../event.ts";

/** What a failure was like, as the call ended. */
export interface Failure {
  /** JSON of the event that the call was given, of a batch the first; null when it was given none. */
  event: string | null;
  /** The engine's stack; empty when nothing was thrown. */
  stack: string;
}

/** The same as it is kept for whoever mends it: without secrets, and of a bounded size. */
export interface FailureSample extends Failure {
  /** Whether the event was larger: then `event` has no more than what it is known by. */
  isCut: boolean;
}

/** UTF-16 units of an event's JSON. */
const MAX_EVENT = 8_000;
const MAX_STACK = 4_000;
/** UTF-16 units of each thing that a larger event is known by. */
const MAX_NAME = 200;

/** @param event as the plugin was given it; it is not looked at later, when the next plugin may have changed it */
export function failureWith(event: PluginEvent | undefined, stack: string): Failure {
  return { event: event === undefined ? null : JSON.stringify(event), stack };
}

/** @param redact takes secrets out of a text */
export function sampleOf({ event, stack }: Failure, redact: (text: string) => string): FailureSample {
  // Before it is cut, so that no half of a secret is left at its end.
  const whole = event === null ? null : redact(event);
  const isCut = whole !== null && whole.length > MAX_EVENT;
  return { event: isCut ? identityIn(whole) : whole, isCut, stack: redact(stack).slice(0, MAX_STACK) };
}

function identityIn(json: string): string {
  const { uuid = null, event = null, distinct_id = null } = JSON.parse(json) as JsonObject;
  return JSON.stringify({ uuid: short(uuid), event: short(event), distinct_id: short(distinct_id) });
}

const short = (value: Json): Json => (typeof value === "string" ? value.slice(0, MAX_NAME) : null);
