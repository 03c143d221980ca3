import { RpcTarget } from "cloudflare:workers";
import { and, asc, count, gt, max } from "drizzle-orm";
import type { TeamDatabase } from "../database.ts";
import type { KeptLogEntry } from "./log.ts";
import { isWanted, type LogFilter } from "./log-filter.ts";
import { logEntry } from "../schema.ts";

/** What a tail tells next. */
export interface TailedLines {
  entries: KeptLogEntry[];
  /** Lines before these that are left out, at most: the reader was too far behind. */
  leftOut: number;
  /** The number of the last line that was looked at: whoever comes again goes on after it. */
  upTo: number;
}

/** Tails of one object: each holds it awake. One more ends the oldest, whose reader may have gone without a word, or comes again. */
const MAX_TAILS = 32;
const LINES_AT_ONCE = 200;
/** Lines that a reader may be behind before it is taken to what is said now. */
const MAX_BEHIND = 1_000;
/** How long nothing is told before it is told that there is nothing: so proxies keep the way open, and who has gone is noticed. */
const BEAT_MS = 20_000;
/** Who may read is checked only when a tail begins. */
const LONGEST_MS = 3_600_000;

/** The log of an object as it is written, for those who watch. */
export class LogTails {
  readonly #db: TeamDatabase;
  readonly #now: () => number;
  readonly #tails = new Set<LogTail>();

  /** @param now milliseconds since the epoch */
  constructor(db: TeamDatabase, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /** How many watch. */
  get size(): number {
    return this.#tails.size;
  }

  /** There are new lines. */
  ring(): void {
    for (const tail of this.#tails) tail.ring();
  }

  /**
   * Begins a tail.
   * @param after the number of the last line that is known; what follows is told. Without it, what is written from now on
   */
  open(filter: LogFilter, after?: number): LogTail {
    const [oldest] = this.#tails;
    if (oldest && this.#tails.size >= MAX_TAILS) oldest.end();
    const tail = new LogTail({
      db: this.#db,
      filter,
      after,
      isOver: (
        (endsAt) => () =>
          this.#now() >= endsAt
      )(this.#now() + LONGEST_MS),
      onEnd: () => void this.#tails.delete(tail),
    });
    this.#tails.add(tail);
    return tail;
  }

  /** Ends them all. */
  close(): void {
    for (const tail of this.#tails) tail.end();
  }
}

interface LogTailDeps {
  db: TeamDatabase;
  filter: LogFilter;
  after: number | undefined;
  /** Whether it has been read for as long as it may be. */
  isOver(): boolean;
  onEnd(): void;
}

/**
 * One who watches, from another isolate. What is told is read from the table, so that a slow reader costs no memory, and one that comes
 * again goes on where it was. It ends when the reader lets go of it, or is gone.
 */
export class LogTail extends RpcTarget {
  readonly #deps: LogTailDeps;
  #after: number;
  #isFirst = true;
  #hasEnded = false;
  #wake: () => void = () => undefined;

  constructor(deps: LogTailDeps) {
    super();
    this.#deps = deps;
    const newest = this.#newest();
    this.#after = Math.min(deps.after ?? newest, newest);
  }

  /** Waits for lines, or for a beat; the first time it only looks. @returns null when it is over */
  async next(): Promise<TailedLines | null> {
    if (this.#deps.isOver()) this.end();
    if (this.#hasEnded) return null;
    const lines = this.#read();
    if (this.#isFirst || lines.entries.length > 0 || lines.leftOut > 0) {
      this.#isFirst = false;
      return lines;
    }
    await this.#rung();
    return this.#hasEnded ? null : this.#read();
  }

  ring(): void {
    this.#wake();
  }

  end(): void {
    this.#hasEnded = true;
    this.#deps.onEnd();
    this.#wake();
  }

  [Symbol.dispose](): void {
    this.end();
  }

  #read(): TailedLines {
    const leftOut = this.#catchUp();
    const newest = this.#newest();
    const { id } = logEntry;
    const entries = this.#deps.db
      .select()
      .from(logEntry)
      .where(this.#isNew)
      .orderBy(asc(id))
      .limit(LINES_AT_ONCE)
      .all();
    this.#after = entries.length === LINES_AT_ONCE ? (entries.at(-1)?.id ?? newest) : newest;
    return { entries, leftOut, upTo: this.#after };
  }

  /** Skips what a reader that is far behind would have to read first. @returns how many lines it misses, with those that are gone */
  #catchUp(): number {
    const isLater = gt(logEntry.id, this.#after);
    const behind = this.#newest() - this.#after;
    const kept = this.#deps.db.select({ lines: count() }).from(logEntry).where(isLater).get()?.lines ?? 0;
    const wanted = this.#deps.db.select({ lines: count() }).from(logEntry).where(this.#isNew).get()?.lines ?? 0;
    const skipped = Math.max(wanted - MAX_BEHIND, 0);
    if (skipped > 0) {
      const { id } = logEntry;
      const oldest = this.#deps.db.select({ id }).from(logEntry).where(this.#isNew).orderBy(asc(id));
      this.#after =
        oldest
          .limit(1)
          .offset(skipped - 1)
          .get()?.id ?? this.#after;
    }
    return behind - kept + skipped;
  }

  get #isNew() {
    return and(gt(logEntry.id, this.#after), isWanted(this.#deps.filter));
  }

  #newest(): number {
    return (
      this.#deps.db
        .select({ id: max(logEntry.id) })
        .from(logEntry)
        .get()?.id ?? 0
    );
  }

  async #rung(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, BEAT_MS);
    });
    if (timer !== undefined) clearTimeout(timer);
  }
}
