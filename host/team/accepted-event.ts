import type { Message } from "../event.ts";
import type { Progress } from "./progress.ts";

/** An event on its way into an inbox. Its JSON is made by the sender, which is not the bottleneck of its team. */
export interface AcceptedEvent {
  distinctId: string;
  /** JSON of a Message. */
  json: string;
  /** Set when some plugins are done with the event already. */
  progress?: Progress;
}

export function acceptedEvent(message: Message, progress?: Progress): AcceptedEvent {
  return { distinctId: message.event.distinct_id, json: JSON.stringify(message), ...(progress && { progress }) };
}
