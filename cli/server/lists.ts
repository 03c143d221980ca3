import { z } from "zod";
import type { ServerClient } from "./client.ts";

/** Items of a list of the API, over as many pages as it takes. @param limit the most items */
export async function listAll<Item>(
  client: ServerClient,
  path: string,
  item: z.ZodType<Item>,
  limit = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const page = z.object({ results: z.array(item), next: z.string().nullish() });
  const items: Item[] = [];
  let next: string | null | undefined = path;
  while (next && items.length < limit) {
    const answer: z.infer<typeof page> = await client.request("GET", next, page);
    items.push(...answer.results);
    next = answer.next;
  }
  return items.slice(0, limit);
}
