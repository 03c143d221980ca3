import { type DailyQuota, dayOf, isDaily, type QuotaName, QUOTA_NAMES } from "./quotas.ts";
import type { Standing } from "./stocks.ts";

/** What was used in a day. */
export type Spent = Partial<Record<DailyQuota | "lines_left_out", number>>;

/** What a shard has used since it last told, and what it holds now, as far as that is known. */
export interface Report {
  spent: Spent;
  standing: Standing;
}

/** What all shards of a team have come to. Plain data. */
export interface Usage {
  /** The day's beginning: milliseconds since the epoch. */
  day: number;
  spent: Spent;
  /** By shard. */
  standing: Record<number, Standing>;
}

/** Before anybody has told anything. */
export const noUsage = (at: number): Usage => ({ day: dayOf(at), spent: {}, standing: {} });

export function addSpent(to: Spent, spent: Spent, sign: 1 | -1 = 1): void {
  for (const [name, amount] of Object.entries(spent) as [keyof Spent, number][])
    to[name] = (to[name] ?? 0) + sign * amount;
}

/** How much of a quota is used, in all shards. */
export function usedOf({ spent, standing }: Usage, name: QuotaName): number {
  if (isDaily(name)) return spent[name] ?? 0;
  return Object.values(standing).reduce((all, held) => all + (held[name] ?? 0), 0);
}

/** Each quota, with how much of it is used. */
export const allUsed = (usage: Usage): [QuotaName, number][] => QUOTA_NAMES.map((name) => [name, usedOf(usage, name)]);
