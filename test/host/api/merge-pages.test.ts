import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Cursor, mergePages, type ReadPage } from "../../../host/api/merge-pages.ts";

interface Item {
  shard: number;
  seq: number;
  at: number;
}

/** Shards as team objects keep them: ascending numbers, answered newest first, on pages of no more than `max`. */
function read(shards: readonly (readonly Item[])[], max = Number.POSITIVE_INFINITY): ReadPage<Item, number> {
  return async (shard, { limit, before = Number.POSITIVE_INFINITY }) => {
    const older = (shards[shard] ?? []).filter(({ seq }) => seq < before).toReversed();
    const results = older.slice(0, Math.min(limit, max));
    const isLast = results.length === older.length && results.length < limit;
    return { results, next: isLast ? null : (results.at(-1)?.seq ?? null) };
  };
}

const timeOf = ({ at }: Item): number => at;

async function readAll(shards: Item[][], limit: number, max?: number, onPage?: () => void): Promise<Item[]> {
  const addresses = [...shards.keys()];
  const items: Item[] = [];
  let before: Cursor | undefined;
  for (let pages = 0; pages < 1000; pages++) {
    const page = await mergePages(addresses, read(shards, max), { limit, timeOf, ...(before && { before }) });
    expect(page.results.length).toBeLessThanOrEqual(limit);
    items.push(...page.results);
    if (page.next === null) return items;
    before = page.next;
    onPage?.();
  }
  throw new Error("the pages do not end");
}

/** Items with ascending numbers (with gaps) and ascending times in each shard. */
const shardsOfItems = fc
  .array(
    fc.array(fc.record({ gap: fc.integer({ min: 1, max: 3 }), wait: fc.integer({ min: 1, max: 50 }) }), {
      maxLength: 12,
    }),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((shards) =>
    shards.map((steps, shard) => {
      let seq = 0;
      let at = 0;
      return steps.map(({ gap, wait }): Item => ({ shard, seq: (seq += gap), at: (at += wait) }));
    }),
  );

const pageSize = fc.integer({ min: 1, max: 20 });

describe("pages over shards", () => {
  test("give every item once, newest first, whatever the sizes of pages", async () => {
    await fc.assert(
      fc.asyncProperty(shardsOfItems, pageSize, pageSize, async (shards, limit, max) => {
        const items = await readAll(shards, limit, max);
        expect(items).toHaveLength(shards.flat().length);
        expect(new Set(items).size).toBe(items.length);
        expect(items.map(timeOf)).toEqual(items.map(timeOf).toSorted((a, b) => b - a));
      }),
    );
  });

  test("neither repeat nor skip anything when items arrive between them", async () => {
    const shards: Item[][] = [0, 1, 2].map((shard) =>
      Array.from({ length: 7 }, (_, index) => ({ shard, seq: index + 1, at: index * 3 + shard })),
    );
    const atFirst = shards.flat();
    let at = 1000;
    const items = await readAll(shards, 4, 3, () => {
      for (const [shard, list] of shards.entries()) list.push({ shard, seq: (list.at(-1)?.seq ?? 0) + 1, at: at++ });
    });
    expect(items.toSorted((a, b) => a.at - b.at)).toEqual(atFirst.toSorted((a, b) => a.at - b.at));
  });

  test("keep a shard's own order when times contradict it", async () => {
    const shards: Item[][] = [
      [
        { shard: 0, seq: 1, at: 900 },
        { shard: 0, seq: 2, at: 5 },
      ],
      [{ shard: 1, seq: 1, at: 50 }],
    ];
    expect((await readAll(shards, 1)).map(({ shard, seq }) => [shard, seq])).toEqual([
      [1, 1],
      [0, 2],
      [0, 1],
    ]);
  });

  test("of nothing are one empty page", async () => {
    expect(await mergePages([0], read([[]]), { limit: 5, timeOf })).toEqual({ results: [], next: null });
    expect(await mergePages([0, 1], read([[], []]), { limit: 5, timeOf })).toEqual({ results: [], next: null });
  });
});
