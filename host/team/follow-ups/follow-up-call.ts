import type { FollowUpItem } from "./follow-up-item.ts";
import type { FollowUp } from "./follow-ups.ts";
import type { PluginCall } from "../plugins/plugin-calls.ts";
import { webhookEvent } from "../events/processed-event.ts";

/** The call that a follow-up is made with. After a crash it is the same again, its clock and random numbers included. */
export function planCall(
  {
    id,
    function: name,
    attempts,
    dueAt,
    buffer,
    points,
  }: Pick<FollowUp, "id" | "function" | "attempts" | "dueAt" | "buffer" | "points">,
  items: readonly FollowUpItem[],
): PluginCall {
  const messages = items.flatMap(({ message }) => message ?? []);
  const [message] = messages;
  const call: PluginCall = {
    function: name,
    messages,
    hops: Math.max(0, ...items.map(({ hops }) => hops)),
    ingestId: `follow-up:${id}:${attempts}`,
    at: dueAt,
  };
  const all = `[${items.map(({ json }) => json).join()}]`;
  switch (name) {
    case "onEvent":
      return { ...call, eventSize: all.length };
    case "exportEvents":
      return { ...call, args: [all] };
    case "composeWebhook":
      return message ? { ...call, args: [JSON.stringify(webhookEvent(message))] } : call;
    case "flushBuffer":
      return { ...call, args: [JSON.stringify(buffer), all, JSON.stringify(points)] };
  }
}
