/** How many of something there are, and their bytes of UTF-8. */
export interface Amount {
  items: number;
  bytes: number;
}

/**
 * How much there is in a table: counted when it is first asked for, and kept right from then on by whoever writes the table. So it costs no
 * row that is written, and a row read for each item in each life of the object that asks. A transaction that is taken back leaves it wrong
 * by what it changed until the next life.
 */
export class Stock {
  readonly #count: () => Amount;
  #amount: Amount | undefined;

  /** @param count counts what is in the table now */
  constructor(count: () => Amount) {
    this.#count = count;
  }

  /** What there is. */
  get amount(): Readonly<Amount> {
    return (this.#amount ??= this.#count());
  }

  /** What there is, unless nobody has asked yet. */
  get known(): Readonly<Amount> | undefined {
    return this.#amount;
  }

  /** Counts anew when it is asked for next. */
  recount(): void {
    this.#amount = undefined;
  }

  /** Takes note of what was added, or removed. */
  change(items: number, bytes: number): void {
    if (this.#amount === undefined) return;
    this.#amount.items += items;
    this.#amount.bytes += bytes;
  }
}
