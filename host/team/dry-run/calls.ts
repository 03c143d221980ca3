import { toOutgoing } from "../../delivery/outgoing.ts";
import type { Message } from "../../event.ts";
import { processedMessage } from "../events/processed-event.ts";
import { planCall } from "../follow-ups/follow-up-call.ts";
import type { EventFunction } from "../follow-ups/follow-ups.ts";
import { handlerOf, type TaskName } from "../../../wit/plugin-functions.ts";
import type { PluginCall } from "../plugins/plugin-calls.ts";

/** A call that a dry run makes beside those that process events. */
export type AskedCall =
  | { kind: "events"; function: EventFunction }
  | { kind: "task"; function: TaskName }
  /** @param payload JSON; null for none */
  | { kind: "job"; name: string; payload: string | null };

/** Calls of a function with events that have passed the plugins, as follow-ups make them: one for each, or one for all of exportEvents. */
export function callsWith(name: EventFunction, messages: readonly Message[]): PluginCall[] {
  const groups = name === "exportEvents" ? [messages] : messages.map((message) => [message]);
  return groups.map((group, id) => {
    const items = group.map((message) => {
      const left = processedMessage(message, toOutgoing(message.event, message.receivedAt, message.id));
      const json = JSON.stringify(left.event);
      return { uuid: left.event.uuid, hops: message.hops, json, message: left };
    });
    const dueAt = Math.max(...group.map(({ receivedAt }) => receivedAt));
    return planCall({ id, function: name, attempts: 0, dueAt, buffer: null, points: null }, items);
  });
}

/**
 * The calls that a dry run was asked for.
 * @param at the time that tasks and jobs see: milliseconds since the epoch
 */
export function callsOf(asked: AskedCall, messages: readonly Message[], at: number): PluginCall[] {
  if (asked.kind === "events") return callsWith(asked.function, messages);
  const call = { messages: [], hops: 0, ingestId: `dry-run:${at}`, at };
  if (asked.kind === "task") return [{ ...call, ...handlerOf(asked.function) }];
  return [{ ...call, function: "runJob", args: [JSON.stringify(asked.name), asked.payload ?? undefined] }];
}
