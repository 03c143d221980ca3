import type { Message } from "../event.ts";
import type { FollowUp } from "./follow-ups.ts";
import type { PluginCall } from "./plugin-calls.ts";
import { webhookEvent } from "./processed-event.ts";

/** The call that a follow-up is made with. After a crash it is the same again, its clock and random numbers included. */
export function planCall({ id, function: name, attempts, dueAt }: FollowUp, messages: readonly Message[]): PluginCall {
  const [first] = messages;
  const message = first && messages.length === 1 ? first : null;
  const call: PluginCall = {
    function: name,
    message,
    hops: Math.max(0, ...messages.map(({ hops }) => hops)),
    ingestId: `follow-up:${id}:${attempts}`,
    at: dueAt,
  };
  switch (name) {
    case "onEvent":
      return message ? { ...call, eventSize: JSON.stringify(message.event).length } : call;
    case "exportEvents":
      return { ...call, args: [JSON.stringify(messages.map(({ event }) => event))] };
    case "composeWebhook":
      return message ? { ...call, args: [JSON.stringify(webhookEvent(message))] } : call;
  }
}
