import type { OutcomeKind } from "../../../wit/generated/contract.ts";
import type { EgressCounts } from "./egress-counts.ts";
import type { Account } from "./ledger.ts";

/** Calls of one function of one config, since its team was there. */
export interface CallCounter {
  /** 0 for those of configs beyond the most that are told apart. */
  pluginConfigId: number;
  function: string;
  kinds: Partial<Record<OutcomeKind, number>>;
  fuel: number;
  /** Milliseconds. */
  duration: number;
}

/** What the object of a shard has counted since it was there, and how much waits in it. Plain JSON of a bounded size. */
export interface Counters {
  /** Events by what became of them. */
  events: Record<Account, number>;
  waiting: Record<"inbox" | "outbox" | "follow_ups" | "webhooks" | "jobs", number>;
  /** What is kept of what was given up. */
  deadLetters: number;
  calls: CallCounter[];
  egress: { pluginConfigId: number; counts: EgressCounts }[];
}
