import type { Json } from "../../host/event.ts";
import type { Mode } from "../../runtime/event/view-or-copy.ts";
import type { HandlerName } from "../../wit/generated/contract.ts";
import { handlerOf, type PluginFunction, type TaskName } from "../../wit/plugin-functions.ts";
import type { CaseCall, PluginCase } from "../case/schema.ts";
import { UsageError } from "../errors.ts";

/** One call of a plugin's function to be made. */
export interface PlannedCall {
  /** The function's name; a job's is `jobs.NAME`. */
  label: string;
  method: HandlerName;
  /** JSON texts, as the contract's handler takes them. */
  args: (string | undefined)[];
  /** Hands the event over as a server did, instead of as an argument. */
  handOver?: Mode | undefined;
  /** Deleted from the cache after the call. */
  clearCacheKey?: string | undefined;
  /** Milliseconds to move the clock on by after the call. */
  advance?: number | undefined;
}

const BATCHES: readonly string[] = ["processEventBatch", "exportEvents"] satisfies HandlerName[];
const EVENTS: readonly string[] = ["processEvent", "onEvent", "onSnapshot", "composeWebhook"] satisfies HandlerName[];

/** Whether a function takes an event, a batch of them, or nothing. */
function inputOf(method: string): "event" | "batch" | "nothing" {
  if (BATCHES.includes(method)) return "batch";
  return EVENTS.includes(method) ? "event" : "nothing";
}

/**
 * The calls of a case: its `calls`, or `method` on its `events`. What a call says beside itself, `clearCacheKey` and
 * `advance`, happens after it and its jobs, wherever the call stands: the next call finds the key gone and the clock
 * moved on, and after the last call the final cache does.
 */
export function planCase({ events = [], method = "processEvent", calls }: PluginCase): PlannedCall[] {
  if (calls === undefined) return planEvents(method, events);
  return calls.map((call, i) => ({
    ...(call.job === undefined ? planCall(call, `calls[${i}]`) : planJob(call.job, call.payload)),
    clearCacheKey: call.clearCacheKey,
    advance: call.advance,
  }));
}

/** One call for each event; one for all of them where the function takes a batch; one for a function that takes none. */
export function planEvents(name: PluginFunction | TaskName, events: readonly Json[]): PlannedCall[] {
  const { function: method, args } = handlerOf(name);
  switch (inputOf(method)) {
    case "batch":
      return events.length === 0 ? [] : [planBatch(method, events)];
    case "event":
      return events.map((event) => ({ label: method, method, args: [JSON.stringify(event)] }));
    case "nothing":
      if (events.length > 0) throw new UsageError(`${name} takes no events`);
      return [{ label: name, method, args }];
  }
}

export function planJob(name: string, payload: Json | undefined): PlannedCall {
  const text = payload === undefined ? undefined : JSON.stringify(payload);
  return { label: `jobs.${name}`, method: "runJob", args: [JSON.stringify(name), text] };
}

const planBatch = (method: HandlerName, events: readonly Json[]): PlannedCall => ({
  label: method,
  method,
  args: [JSON.stringify(events)],
});

function planCall({ method: name = "processEvent", event, events, handOver }: CaseCall, place: string): PlannedCall {
  const given = events ?? (event === undefined ? [] : [event]);
  const { function: method } = handlerOf(name);
  if (inputOf(method) === "event" && given.length !== 1)
    throw new UsageError(`${place}: ${name} takes one event, and ${given.length} are given`);
  const [planned = planBatch(method, given)] = planEvents(name, given);
  return handOver !== undefined && inputOf(method) === "event" ? { ...planned, handOver } : planned;
}
