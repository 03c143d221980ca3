import type { OutgoingEvent } from "../../delivery/outgoing.ts";
import type { JsonObject, Message } from "../../event.ts";
import { isObject } from "../../is-object.ts";

/** A message with its event as onEvent and exportEvents get it: as the plugins left it, with the time and identity it leaves with. */
export function processedMessage(message: Message, { uuid, timestamp }: OutgoingEvent): Message {
  return { ...message, event: { ...message.event, uuid, timestamp } };
}

/** A processed event as composeWebhook gets it: PostHog's PostHogEvent. The guest makes a Date of its timestamp. */
export function webhookEvent({ event }: Message): JsonObject {
  const { uuid, team_id, distinct_id, event: name, timestamp = null } = event;
  const properties: JsonObject = isObject(event.properties) ? { ...event.properties } : {};
  // PostHog moves what is set beside the properties into them.
  for (const key of ["$set", "$set_once"] as const) {
    const beside = event[key];
    const within = properties[key];
    if (isObject(beside)) properties[key] = { ...(isObject(within) ? within : {}), ...beside };
  }
  return { uuid, team_id, distinct_id, event: name, timestamp, properties };
}
