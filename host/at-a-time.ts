/** Does something with each of many, so many at a time. @returns how each has ended, in their order */
export async function atATime<Item, Result>(
  limit: number,
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<PromiseSettledResult<Result>[]> {
  const results: PromiseSettledResult<Result>[] = [];
  const left = items.entries();
  const lane = async (): Promise<void> => {
    for (const [place, item] of left)
      try {
        results[place] = { status: "fulfilled", value: await run(item) };
      } catch (reason) {
        results[place] = { status: "rejected", reason };
      }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}
