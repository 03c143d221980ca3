import type { OutcomeKind } from "../../../wit/generated/contract.ts";
import type { CallStat } from "./call-stats.ts";
import { addEgress, type EgressCounts, noEgress } from "./egress-counts.ts";
import type { EgressStat } from "./egress-stats.ts";
import type { Account } from "./ledger.ts";

/** Calls of one function of one config. */
export interface CallCounter {
  pluginConfigId: number;
  function: string;
  kinds: Partial<Record<OutcomeKind, number>>;
  fuel: number;
  /** Milliseconds. */
  duration: number;
}

export interface EgressCounter {
  pluginConfigId: number;
  counts: EgressCounts;
}

/** What plugins did, since their team was there. Plain JSON of a bounded size. */
export interface PluginCounters {
  calls: CallCounter[];
  egress: EgressCounter[];
}

/** What the object of a shard tells of itself. */
export interface Counters extends PluginCounters {
  /** Events by what became of them. */
  events: Record<Account, number>;
  /** What is here at the moment. */
  waiting: Record<"inbox" | "outbox" | "follow_ups" | "webhooks" | "jobs", number>;
  /** What plugins could not get rid of, and what the destination refused. */
  deadLetters: number;
  /** What was counted in the hours before `until` (milliseconds since the epoch), which do not change any more. */
  settled: PluginCounters & { until: number };
}

/** Functions and configs of one object that are told apart; what is more counts for config 0, which is nobody's. */
const MAX_SERIES = 200;
const NOBODY = 0;

export const noPluginCounters = (): PluginCounters => ({ calls: [], egress: [] });

/** Counters with what was counted since. */
export function withStats(
  before: PluginCounters,
  calls: readonly CallStat[],
  egress: readonly EgressStat[],
): PluginCounters {
  const after: PluginCounters = structuredClone({ calls: before.calls, egress: before.egress });
  for (const stat of calls) {
    const counter = callsOf(after.calls, stat);
    for (const [kind, count] of Object.entries(stat.kinds) as [OutcomeKind, number][])
      counter.kinds[kind] = (counter.kinds[kind] ?? 0) + count;
    counter.fuel += stat.fuel.sum;
    counter.duration += stat.duration.sum;
  }
  for (const { pluginConfigId, counts } of egress) addEgress(egressOf(after.egress, pluginConfigId).counts, counts);
  return after;
}

function callsOf(
  all: CallCounter[],
  { pluginConfigId, function: name }: Pick<CallStat, "pluginConfigId" | "function">,
): CallCounter {
  const found = all.find((each) => each.pluginConfigId === pluginConfigId && each.function === name);
  if (found) return found;
  if (all.length >= MAX_SERIES && pluginConfigId !== NOBODY)
    return callsOf(all, { pluginConfigId: NOBODY, function: "" });
  const fresh: CallCounter = { pluginConfigId, function: name, kinds: {}, fuel: 0, duration: 0 };
  all.push(fresh);
  return fresh;
}

function egressOf(all: EgressCounter[], pluginConfigId: number): EgressCounter {
  const found = all.find((each) => each.pluginConfigId === pluginConfigId);
  if (found) return found;
  if (all.length >= MAX_SERIES && pluginConfigId !== NOBODY) return egressOf(all, NOBODY);
  const fresh: EgressCounter = { pluginConfigId, counts: noEgress() };
  all.push(fresh);
  return fresh;
}
