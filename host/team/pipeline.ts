import type { Message, PluginEvent } from "../event.ts";
import { noRequests } from "./invocation.ts";
import type { Requests } from "./invocation.ts";
import { attribute } from "./outcomes.ts";
import type { PluginOutcome } from "./outcomes.ts";
import type { Plugin } from "./plugin.ts";
import { processEvent } from "./process-event.ts";
import { FRESH } from "./progress.ts";
import type { Progress } from "./progress.ts";

/** An event with how far it has come. */
export interface Underway {
  message: Message;
  progress: Progress;
}

/** An event as it is taken from the inbox. */
export interface Taken extends Underway {
  /** Characters of the message's JSON. */
  size: number;
}

/** What the plugins made of an event. */
export interface PipelineResult {
  next: { kind: "deliver"; event: PluginEvent } | { kind: "drop" } | ({ kind: "hold" } & Underway);
  outcomes: PluginOutcome[];
  /** What the plugins asked for on the way. */
  requests: Requests;
  /** Events that a batch function added: the plugins after it have yet to see them. */
  added: Underway[];
}

/** How often in a row an event is held for one plugin's RetryError before the config's policy decides without it. */
const MAX_HOLDS = 15;

/**
 * Runs one event through the plugins of a team that have yet to see it, in their order. A plugin changes the event
 * only by returning normally; a falsy result ends its way; what happens after a failure is the config's `onError`. What plugins change
 * is changed in the message itself.
 */
export async function runPlugins(
  { message, progress, size }: Taken,
  plugins: readonly Plugin[],
): Promise<PipelineResult> {
  const result: PipelineResult = { next: { kind: "drop" }, outcomes: [], requests: noRequests(), added: [] };
  const done = [...progress.done];
  let { event } = message;
  for (const plugin of plugins) {
    // Replay chunks never pass the plugins.
    if (event.event === "$snapshot") break;
    const { id } = plugin.config;
    if (done.includes(id)) continue;
    const processed = await processEvent(plugin, { ...message, event }, size);
    if (!processed) {
      done.push(id);
      continue;
    }
    const { outcome, requests, added } = processed;
    result.outcomes.push(attribute(plugin.config, outcome));
    result.requests.captured.push(...requests.captured);
    result.requests.jobs.push(...requests.jobs);
    const holds = progress.heldBy === id ? progress.holds : 0;
    const step = decide(plugin, outcome.kind, holds);
    if (step === "hold") {
      const waiting: Progress = { done, heldBy: id, holds: holds + 1, failures: 0 };
      result.next = { kind: "hold", message: { ...message, event }, progress: waiting };
      return result;
    }
    done.push(id);
    for (const each of added) result.added.push({ message: each, progress: { ...FRESH, done: [...done] } });
    if (step === "drop") return result;
    event = processed.event ?? event;
  }
  result.next = { kind: "deliver", event };
  return result;
}

/**
 * RetryError asks for the event to be seen again, so it comes before a policy that is for failures, `pass` too: what
 * went on without the plugin could not be called back. That costs the person's later events a wait, hence MAX_HOLDS.
 */
function decide(plugin: Plugin, kind: PluginOutcome["kind"], holds: number): "go on" | "drop" | "hold" {
  if (kind === "ok") return "go on";
  if (kind === "dropped") return "drop";
  const { onError } = plugin.config;
  if (onError === "hold" || (kind === "retry" && holds < MAX_HOLDS)) return "hold";
  return onError === "drop" ? "drop" : "go on";
}
