import type { TeamDatabase } from "../database.ts";
import type { Facts } from "../facts.ts";
import type { TeamLog } from "../insight/log.ts";
import type { DecidedQuotas } from "./decided-quotas.ts";
import { dayOf, isDaily, nextDay, type QuotaName, QUOTAS } from "./quotas.ts";
import { knownIn, type Stocks } from "./stocks.ts";
import { addSpent, allUsed, noUsage, type Report, type Usage } from "./usage.ts";

/** The usage as it is stored. */
export interface StoredUsage extends Usage {
  /** Percents that the log has told of today. */
  told: Partial<Record<QuotaName, number>>;
}

export interface AccountDeps {
  db: TeamDatabase;
  decided: DecidedQuotas;
  facts: Facts;
  log: Pick<TeamLog, "announce">;
  stocks: Stocks;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Percents from which on a quota is warned about, in the log once a day. */
export const WARNED_AT = [100, 80] as const;

/** What all shards of a team have used and hold: kept in shard 0, which the others tell. */
export class Account {
  readonly #deps: AccountDeps;

  constructor(deps: AccountDeps) {
    this.#deps = deps;
  }

  /** Takes what a shard tells. @returns what all have come to with it */
  take(shard: number, { spent, standing }: Report): Usage {
    const { db, facts, now, stocks } = this.#deps;
    const before = facts.get("usage");
    const usage: StoredUsage = before ? structuredClone(before) : { ...noUsage(now()), told: {} };
    db.transaction(() => {
      if (usage.day !== dayOf(now())) this.#beginDay(usage);
      addSpent(usage.spent, spent);
      usage.standing[shard] = { ...usage.standing[shard], ...standing };
      // What other shards had stored here has not been told by them.
      usage.standing[0] = { ...usage.standing[0], ...knownIn(stocks) };
      this.#warn(usage);
      if (JSON.stringify(usage) !== JSON.stringify(before)) facts.set("usage", usage);
    });
    const { told: _, ...known } = usage;
    return known;
  }

  #beginDay(usage: StoredUsage): void {
    const { lines_left_out: left } = usage.spent;
    const day = new Date(usage.day).toISOString().slice(0, 10);
    if (left)
      this.#deps.log.announce(`${left} lines were left out on ${day}: the quota log_lines_per_day had been used up`);
    Object.assign(usage, { day: dayOf(this.#deps.now()), spent: {}, told: {} });
  }

  #warn(usage: StoredUsage): void {
    const { decided, log } = this.#deps;
    for (const [name, used] of allUsed(usage)) {
      const limit = decided.limit(name);
      const reached = WARNED_AT.find((percent) => used * 100 >= limit * percent) ?? 0;
      if (reached <= (usage.told[name] ?? 0)) continue;
      usage.told[name] = reached;
      log.announce(warning(name, used, limit, usage.day));
    }
  }
}

/** What is said of a quota of which little, or nothing, is left. @param day when the day began: milliseconds since the epoch */
export function warning(name: QuotaName, used: number, limit: number, day: number): string {
  const { atTheEnd } = QUOTAS[name];
  const anew = isDaily(name) ? ` It begins anew at ${new Date(nextDay(day)).toISOString()}.` : "";
  const share = `${percentOf(used, limit)} % of the quota ${name} are used, ${used} of ${limit}`;
  return used < limit ? `${share}. When nothing is left, ${atTheEnd}.${anew}` : `${share}: ${atTheEnd}.${anew}`;
}

/** Rounded down; 100 of nothing. */
export const percentOf = (used: number, limit: number): number =>
  limit === 0 ? 100 : Math.floor((used * 100) / limit);
