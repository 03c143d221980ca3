import type { Env } from "../../env.ts";
import type { Identity } from "../identity.ts";
import { teamStub } from "../team-client.ts";
import type { Account } from "./account.ts";
import type { Meter } from "./meter.ts";
import { countAll, type Stocks } from "./stocks.ts";
import type { Report, Usage } from "./usage.ts";

export interface UsageDeskDeps {
  usageAccount: Account;
  identity: Identity;
  meter: Meter;
  stocks: Stocks;
}

/** What the team has used of its quotas: one account for all shards, in shard 0. */
export class UsageDesk {
  readonly #env: Env;
  readonly #deps: UsageDeskDeps;

  constructor(env: Env, deps: UsageDeskDeps) {
    this.#env = env;
    this.#deps = deps;
  }

  /** Counts what the team holds, and tells what it has used. @returns what all shards have come to, as far as this one knows */
  async count(): Promise<Usage> {
    countAll(this.#deps.stocks);
    return this.#deps.meter.tell();
  }

  /** Takes what a shard has used and holds; in shard 0. */
  take(shard: number, report: Report): Usage {
    const { usageAccount, meter } = this.#deps;
    const usage = usageAccount.take(shard, report);
    meter.learn(usage);
    return usage;
  }

  /** Brings what this shard has used and holds to the account. */
  async report(report: Report): Promise<Usage> {
    const { teamId, shard } = this.#deps.identity.address;
    if (shard === 0) return this.take(shard, report);
    const first = { teamId, shard: 0 };
    return teamStub(this.#env, first).takeUsage(first, shard, report);
  }
}
