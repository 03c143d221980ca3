import { NO_REQUEST } from "../../../host/capture/request-context.ts";
import type { Message } from "../../../host/event.ts";
import { noRequests } from "../../../host/team/plugins/invocation.ts";
import type { Invocation } from "../../../host/team/plugins/invocation.ts";
import { MESSAGE_ID, pluginEvent, RECEIVED_AT } from "../delivery/plugin-event.ts";

/** The host's clock during these calls: a while after the event came in. */
export const HOST_NOW = RECEIVED_AT + 60_000;

/** The call in hand, for capabilities that are tested without a team. */
export function invocationOf(message: Message | null): Invocation {
  const hops = message?.hops ?? 0;
  return {
    now: () => RECEIVED_AT,
    hostNow: () => HOST_NOW,
    messages: message ? [message] : [],
    hops,
    requests: noRequests(),
  };
}

/** An accepted event on its way, with some fields of the message changed. */
export function messageOf(changes: Partial<Message> = {}): Message {
  return {
    id: MESSAGE_ID,
    event: pluginEvent(),
    receivedAt: RECEIVED_AT,
    request: NO_REQUEST,
    hops: 0,
    ...changes,
  };
}
