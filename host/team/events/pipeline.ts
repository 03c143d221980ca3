import { batchingOfConfig } from "./batching.ts";
import type { Message } from "../../event.ts";
import { addRequests, noRequests, withoutJobs } from "../plugins/invocation.ts";
import type { Requests } from "../plugins/invocation.ts";
import type { NotePlugins } from "./note-plugins.ts";
import { attribute } from "../insight/outcomes.ts";
import type { PluginOutcome } from "../insight/outcomes.ts";
import { Passage } from "./passage.ts";
import type { Next, Taken } from "./passage.ts";
import type { Plugin } from "../plugins/plugin.ts";
import { process, processorOf } from "./process-event.ts";
import type { Processed } from "./processed.ts";
import { FRESH } from "./progress.ts";
import type { Progress } from "./progress.ts";

/** What the plugins made of events. */
export interface PipelineResult {
  /** Of each event, in their order. */
  events: { next: Next; outcomes: PluginOutcome[] }[];
  /** How each call ended, and the uuid of the event that it was for, if that was a single one. */
  calls: { outcome: PluginOutcome; eventUuid: string | null }[];
  /** What the plugins asked for on the way. */
  requests: Requests;
  /** Events that batch functions added: the plugins after them have yet to see them. */
  added: { message: Message; progress: Progress }[];
}

/**
 * Runs events through the plugins of a team that have yet to see them: each plugin sees all of them before the next does. A
 * plugin changes an event only by returning normally; a falsy result ends its way; what happens after a failure is the
 * config's `onError`. What processEvent changes is changed in the message itself.
 * @param taken in the order in which the events of each person came
 */
export async function runPlugins(
  taken: readonly Taken[],
  plugins: readonly Plugin[],
  note: NotePlugins,
): Promise<PipelineResult> {
  const passages = taken.map((each) => new Passage(each));
  const result: PipelineResult = { events: [], calls: [], requests: noRequests(), added: [] };
  for (const plugin of plugins) await runPlugin(plugin, passages, result);
  makeWait(passages);
  result.events = passages.map((passage) => ({ next: passage.finish(note), outcomes: passage.outcomes }));
  return result;
}

async function runPlugin(plugin: Plugin, all: readonly Passage[], result: PipelineResult): Promise<void> {
  const { config } = plugin;
  const passages = all.filter((passage) => passage.isBefore(config));
  const name = processorOf(config);
  const [first] = passages;
  if (first && !name) await plugin.wake(first.message.hops);
  const size = name === "processEventBatch" ? batchingOfConfig(config).size : 1;
  for (let i = 0; i < passages.length; i += size) {
    makeWait(all);
    const batch = passages.slice(i, i + size).filter(({ isHeld }) => !isHeld);
    if (!name) for (const passage of batch) passage.skip(config);
    else if (batch.length > 0) take(plugin, batch, await process(plugin, name, batch), result);
  }
}

function take({ config }: Plugin, batch: readonly Passage[], processed: Processed, result: PipelineResult): void {
  const { outcome: ended, each, requests, added } = processed;
  const outcome = attribute(config, ended);
  const [only] = batch;
  result.calls.push({ outcome, eventUuid: only && batch.length === 1 ? only.uuid : null });
  const { results: _, failure: __, ...own } = outcome;
  for (const [i, passage] of batch.entries()) {
    const became = each[i];
    if (!became) throw new Error("the end of an event in a batch was not told");
    passage.take(config, became, { ...own, kind: became.kind });
  }
  addRequests(result.requests, batch.every(({ isHeld }) => isHeld) ? withoutJobs(requests) : requests);
  const done = only?.done ?? [];
  for (const message of added)
    result.added.push({ message, progress: { ...FRESH, done: [...new Set([...done, config.id])] } });
}

/** A person's events keep their order: none goes on behind one that is held. */
function makeWait(all: readonly Passage[]): void {
  const held = new Set<string>();
  for (const passage of all)
    if (passage.isHeld) held.add(passage.person);
    else if (held.has(passage.person)) passage.wait();
}
