import type { HandlerName } from "../../../wit/generated/contract.ts";
import type { Message, PluginEvent } from "../../event.ts";
import type { Plugin } from "../plugins/plugin.ts";
import { processBatch } from "./process-batch.ts";
import { keepTeam } from "./processed.ts";
import type { Processed } from "./processed.ts";

/** An event on its way, with the characters of its message's JSON, about. */
export interface Sized {
  message: Message;
  size: number;
}

/**
 * The function that a plugin processes events with: where both are there, processEvent alone is called.
 * @param hops of the event that it is looked up for
 */
export const processorOf = (plugin: Plugin, hops: number): Promise<HandlerName | undefined> =>
  plugin.firstOf(["processEvent", "processEventBatch"], hops);

/** Has a plugin process events: several only where its function takes a batch. What processEvent changes is changed in the message. */
export async function process(plugin: Plugin, name: HandlerName, events: readonly Sized[]): Promise<Processed> {
  const [first] = events;
  if (name === "processEventBatch" || !first)
    return processBatch(
      plugin,
      events.map(({ message }) => message),
    );
  return processEvent(plugin, first);
}

async function processEvent(plugin: Plugin, { message, size }: Sized): Promise<Processed> {
  const { team_id } = message.event;
  const { outcome, json, isSameEvent, requests } = await plugin.call({
    function: "processEvent",
    eventSize: size,
    messages: [message],
    hops: message.hops,
    ingestId: message.id,
    at: message.receivedAt,
  });
  const returned = isSameEvent ? message.event : json === null ? null : (JSON.parse(json) as PluginEvent);
  if (outcome.kind !== "ok" || returned === null)
    return { outcome, each: [{ kind: outcome.kind, event: null }], requests, added: [] };
  const settled = keepTeam(team_id, returned, outcome);
  return { outcome: settled, each: [{ kind: settled.kind, event: returned }], requests, added: [] };
}
