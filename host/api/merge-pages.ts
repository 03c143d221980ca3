import type { Page, PageQuery } from "../team/insight/listings.ts";

/** Reads one page of the list of one shard, newest first. */
export type ReadPage<Item, Address> = (address: Address, query: PageQuery) => Promise<Page<Item>>;

/** Where the next page begins in the list of each shard; null for one that has no more. */
export type Cursor = readonly (number | null)[];

export interface MergeQuery<Item> {
  limit: number;
  /** The cursor of the page before; absent for the first page. */
  before?: Cursor;
  /** Milliseconds since the epoch. The order inside of a shard is kept even when times contradict it. */
  timeOf(item: Item): number;
}

/**
 * One page of a list that is spread over shards, newest first. A shard's cursor is its own number of the last item
 * taken, so pages neither repeat nor skip anything, however much arrives meanwhile.
 */
export async function mergePages<Item, Address>(
  addresses: readonly Address[],
  read: ReadPage<Item, Address>,
  { limit, before, timeOf }: MergeQuery<Item>,
): Promise<{ results: Item[]; next: Cursor | null }> {
  const [only] = addresses;
  if (only !== undefined && addresses.length === 1) {
    const start = before?.[0] ?? undefined;
    const { results, next } = await read(only, { limit, ...(start !== undefined && { before: start }) });
    return { results, next: next === null ? null : [next] };
  }

  const starts = before ?? (await Promise.all(addresses.map((address) => newest(address, read))));
  const pages = await Promise.all(
    addresses.map(async (address, shard) => {
      const start = starts[shard] ?? null;
      return start === null ? { results: [], next: null } : read(address, { limit, before: start });
    }),
  );
  const { results, taken } = takeNewest(pages, limit, timeOf);
  const next = await Promise.all(
    addresses.map(async (address, shard) => {
      const page = pages[shard];
      const start = starts[shard] ?? null;
      const count = taken[shard] ?? 0;
      if (start === null || page === undefined || count === page.results.length) return page?.next ?? null;
      return count === 0 ? start : (await read(address, { limit: count, before: start })).next;
    }),
  );
  return { results, next: next.every((cursor) => cursor === null) ? null : next };
}

/** A cursor in front of the newest item of a shard: what arrives later is on none of the pages that follow. */
async function newest<Item, Address>(address: Address, read: ReadPage<Item, Address>): Promise<number | null> {
  const { next } = await read(address, { limit: 1 });
  return next === null ? null : next + 1;
}

/** Takes items until the page is full, or nobody can say which is next: shards cut their pages short for large events. */
function takeNewest<Item>(
  pages: readonly Page<Item>[],
  limit: number,
  timeOf: (item: Item) => number,
): { results: Item[]; taken: number[] } {
  const taken = pages.map(() => 0);
  const results: Item[] = [];
  while (results.length < limit) {
    let best: { item: Item; shard: number; time: number } | undefined;
    for (const [shard, page] of pages.entries()) {
      const item = page.results[taken[shard] ?? 0];
      if (item === undefined) {
        if (page.next === null) continue;
        return { results, taken };
      }
      const time = timeOf(item);
      if (best === undefined || time > best.time) best = { item, shard, time };
    }
    if (best === undefined) break;
    results.push(best.item);
    taken[best.shard] = (taken[best.shard] ?? 0) + 1;
  }
  return { results, taken };
}
