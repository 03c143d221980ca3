import { describeError } from "../../describe-error.ts";
import type { TeamAddress } from "../facts.ts";
import { Lock } from "../plugins/lock.ts";
import type { DecidedQuotas } from "./decided-quotas.ts";
import type { QuotaSpent } from "./quota-spent.ts";
import { type DailyQuota, dayOf, isDaily, nextDay, type QuotaName } from "./quotas.ts";
import { knownIn, type Stocks } from "./stocks.ts";
import { addSpent, noUsage, type Report, type Spent, type Usage, usedOf } from "./usage.ts";

export interface MeterDeps {
  decided: DecidedQuotas;
  stocks: Stocks;
  /** Milliseconds since the epoch. */
  now(): number;
  address(): TeamAddress;
  /** Tells the team's account. @returns what all shards have come to */
  report(report: Report): Promise<Usage>;
}

/**
 * Counts in memory what one shard uses, and knows how much is left to the team. What all shards have used it learns when it tells the
 * team's account, at the end of an alarm's work: until then a shard does not know what the others use meanwhile, and an object that is
 * ended by force forgets what it had not told.
 */
export class Meter {
  readonly #deps: MeterDeps;
  readonly #turn = new Lock();
  /** What the account does not know yet. */
  readonly #untold: Spent = {};
  /** What the account knew last. */
  #usage: Usage | undefined;
  /** What it was told last of what this shard holds. */
  #standing: Report["standing"] = {};

  constructor(deps: MeterDeps) {
    this.#deps = deps;
  }

  spend(name: DailyQuota, amount: number): void {
    addSpent(this.#untold, { [name]: amount });
  }

  /** The quota, when nothing is left of it. */
  spent(name: DailyQuota): QuotaSpent | undefined {
    const used = usedOf(this.#today, name) + (this.#untold[name] ?? 0);
    return used < this.limit(name) ? undefined : this.describe(name);
  }

  /** When something may be begun that uses all of these: milliseconds since the epoch; 0 when it may be now. */
  opensAt(...names: DailyQuota[]): number {
    return Math.max(0, ...names.map((name) => this.spent(name)?.resetsAt ?? 0));
  }

  /** Counts a line of the log. @returns whether it may be kept */
  takeLine(): boolean {
    const isKept = !this.spent("log_lines_per_day");
    addSpent(this.#untold, { [isKept ? "log_lines_per_day" : "lines_left_out"]: 1 });
    return isKept;
  }

  /** The quota of jobs, when so many more are too many. */
  refuseJobs(more: number): QuotaSpent | undefined {
    const { address, stocks } = this.#deps;
    const own = this.#today.standing[address().shard]?.pending_jobs ?? 0;
    const pending = usedOf(this.#today, "pending_jobs") - own + stocks.jobs.amount.items + more;
    return pending > this.limit("pending_jobs") ? this.describe("pending_jobs") : undefined;
  }

  limit(name: QuotaName): number {
    return this.#deps.decided.limit(name);
  }

  /** A quota as it is told of when nothing is left of it. */
  describe(name: QuotaName): QuotaSpent {
    const { address, now } = this.#deps;
    const resetsAt = isDaily(name) ? nextDay(now()) : null;
    return { name, limit: this.limit(name), resetsAt, teamId: address().teamId };
  }

  /** Learns what the team has used, unless that is known for today. Before anything is run. */
  async begin(): Promise<void> {
    if (this.#usage?.day !== dayOf(this.#deps.now())) await this.tell();
  }

  /** Tells what is new, if anything is. */
  async flush(): Promise<void> {
    const isNews =
      Object.values(this.#untold).some((amount) => amount !== 0) ||
      JSON.stringify(knownIn(this.#deps.stocks)) !== JSON.stringify(this.#standing);
    if (isNews) await this.tell();
  }

  /** Takes over what all shards have come to. */
  learn(usage: Usage): void {
    this.#usage = usage;
  }

  /** Runs something outside of an alarm, between learning and telling. */
  async during<T>(run: () => Promise<T>): Promise<T> {
    await this.begin();
    try {
      return await run();
    } finally {
      await this.flush();
    }
  }

  /**
   * Tells the account, and learns what the others have told it. When it cannot be reached, that is for the next time.
   * @returns what is known then
   */
  tell(): Promise<Usage> {
    return this.#turn.run(async () => {
      const report = { spent: { ...this.#untold }, standing: knownIn(this.#deps.stocks) };
      try {
        this.learn(await this.#deps.report(report));
        this.#standing = report.standing;
        addSpent(this.#untold, report.spent, -1);
      } catch (error) {
        console.error(`the team's account of its quotas was not told: ${describeError(error)}`);
      }
      return this.#today;
    });
  }

  get #today(): Usage {
    const now = this.#deps.now();
    if (this.#usage?.day === dayOf(now)) return this.#usage;
    return { ...noUsage(now), standing: this.#usage?.standing ?? {} };
  }
}
