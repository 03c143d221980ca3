import type { Message } from "../../event.ts";
import type { Progress } from "./progress.ts";

/** An event on its way into an inbox. Its JSON is made by the sender, which is not the bottleneck of its team. */
export interface AcceptedEvent {
  /** By which events of a person are told. Half a surrogate pair, which a table would give back as something else, is U+FFFD here. */
  distinctId: string;
  /** JSON of a Message. */
  json: string;
  /** Set when some plugins are done with the event already. */
  progress?: Progress;
  /** Whether a plugin made it, and no client. */
  isCreated?: boolean;
}

/** An event that a plugin made. */
export const createdEvent = (message: Message, progress?: Progress): AcceptedEvent => ({
  ...acceptedEvent(message, progress),
  isCreated: true,
});

/** An event that a client sent. */
export function acceptedEvent(message: Message, progress?: Progress): AcceptedEvent {
  const distinctId = message.event.distinct_id.toWellFormed();
  return { distinctId, json: JSON.stringify(message), ...(progress && { progress }) };
}
