import type { Meter } from "./meter.ts";
import type { QuotaSpent } from "./quota-spent.ts";
import type { Stock } from "./stock.ts";

/** The quotas of entries under keys, such as those of storage. */
export class EntryQuota {
  readonly #kind: "storage" | "cache";
  readonly #stock: Stock;
  readonly #meter: Pick<Meter, "describe" | "limit">;

  constructor(kind: "storage" | "cache", stock: Stock, meter: Pick<Meter, "describe" | "limit">) {
    this.#kind = kind;
    this.#stock = stock;
    this.#meter = meter;
  }

  /**
   * Asks whether an entry may be written. What is no larger than what it replaces always may.
   * @param before bytes of the entry that is there; undefined for a new one
   * @returns the quota that stands against it
   */
  refuse(before: number | undefined, after: number): QuotaSpent | undefined {
    const { items, bytes } = this.#stock.amount;
    const [keys, size] = [`${this.#kind}_keys`, `${this.#kind}_bytes`] as const;
    if (before === undefined && items >= this.#meter.limit(keys)) return this.#meter.describe(keys);
    const more = after - (before ?? 0);
    return more > 0 && bytes + more > this.#meter.limit(size) ? this.#meter.describe(size) : undefined;
  }

  /** Takes note of an entry that was written, or removed when `after` is undefined. */
  note(before: number | undefined, after: number | undefined): void {
    const items = (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
    this.#stock.change(items, (after ?? 0) - (before ?? 0));
  }
}
