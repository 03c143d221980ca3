import { count, max } from "drizzle-orm";
import { describeError } from "../../describe-error.ts";
import type { TeamDatabase } from "../database.ts";
import type { Facts, FactValues } from "../facts.ts";
import type { FollowUps } from "../follow-ups/follow-ups.ts";
import type { Webhooks } from "../follow-ups/webhooks.ts";
import { deadLetter, job } from "../schema.ts";
import type { CallStats } from "./call-stats.ts";
import { type Counters, noPluginCounters, withStats } from "./counters.ts";
import type { EgressStats } from "./egress-stats.ts";
import type { Ledger } from "./ledger.ts";

export interface RollUpDeps {
  db: TeamDatabase;
  egress: EgressStats;
  facts: Facts;
  followUps: FollowUps;
  ledger: Ledger;
  stats: CallStats;
  webhooks: Webhooks;
  /** What was told last; null before the first time. */
  last(): Promise<Counters | null>;
  /** Tells it. */
  put(counters: Counters, at: number): Promise<void>;
  now(): number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Tells the registry what the object has counted, so that whoever watches all teams wakes none: once a minute at most, and only when
 * something has changed. Nothing waits for it.
 */
export class RollUp {
  readonly #deps: RollUpDeps;
  #settled: Counters["settled"] | undefined;
  #hasChanged = false;
  #told: FactValues["rollUp"] | undefined;
  #telling: Promise<void> | undefined;

  constructor(deps: RollUpDeps) {
    this.#deps = deps;
  }

  /** Something was counted. */
  note(): void {
    this.#hasChanged = true;
  }

  /** When there is something to tell: milliseconds since the epoch, or null for never. */
  nextDue(): number | null {
    const { at, isDue } = this.#state;
    return isDue ? at + MINUTE_MS : null;
  }

  /** Tells what has changed, when it is time, beside everything else. */
  flush(): void {
    const { at, isDue } = this.#state;
    if (this.#telling || !(isDue || this.#hasChanged)) return;
    if (this.#deps.now() >= at + MINUTE_MS) this.#telling = this.#tell().finally(() => (this.#telling = undefined));
    else if (!isDue) this.#state = { at, isDue: true };
  }

  /** The end of what is under way, which may leave something to tell again; undefined when nothing is. */
  get telling(): Promise<void> | undefined {
    return this.#telling;
  }

  get #state(): FactValues["rollUp"] {
    return (this.#told ??= this.#deps.facts.get("rollUp") ?? { at: 0, isDue: false });
  }

  set #state(state: FactValues["rollUp"]) {
    this.#told = state;
    this.#deps.facts.set("rollUp", state);
  }

  async #tell(): Promise<void> {
    const at = this.#deps.now();
    this.#hasChanged = false;
    this.#state = { at, isDue: false };
    try {
      const counters = await this.#counters(at);
      await this.#deps.put(counters, at);
      this.#settled = counters.settled;
    } catch (error) {
      // It is told again in a minute, with what comes until then.
      console.error(`the counters of a team were not told: ${describeError(error)}`);
      this.#state = { at, isDue: true };
    }
  }

  async #counters(at: number): Promise<Counters> {
    const { db, egress, followUps, ledger, stats, webhooks } = this.#deps;
    this.#settled ??= (await this.#deps.last())?.settled ?? { ...noPluginCounters(), until: 0 };
    const until = at - (at % HOUR_MS);
    const since = { interval: "hour", from: this.#settled.until, to: Number.MAX_SAFE_INTEGER } as const;
    const [calls, traffic] = [stats.list(since), egress.list(since)];
    const isOver = ({ start }: { start: number }): boolean => start < until;
    const { dropped, inbox, outbox, ...events } = ledger.balance();
    return {
      ...withStats(this.#settled, calls, traffic),
      events: { ...events, dropped: Object.values(dropped).reduce((all, each) => all + each, 0) },
      waiting: {
        inbox,
        outbox,
        follow_ups: followUps.count(),
        webhooks: webhooks.count(),
        jobs: db.select({ rows: count() }).from(job).get()?.rows ?? 0,
      },
      deadLetters:
        db
          .select({ seq: max(deadLetter.seq) })
          .from(deadLetter)
          .get()?.seq ?? 0,
      settled: { ...withStats(this.#settled, calls.filter(isOver), traffic.filter(isOver)), until },
    };
  }
}
