import { z } from "zod";
import { ApiError } from "./api-error.ts";
import type { Cursor } from "./merge-pages.ts";
import { digits, time } from "./parse.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** `limit` of a list that may be asked for so many at the least. */
export const limitFrom = (least: number) =>
  digits
    .refine((limit) => limit >= least, { error: `must be at least ${least}` })
    .transform((limit) => Math.min(limit, MAX_LIMIT))
    .default(DEFAULT_LIMIT);

/** `limit`: as in PostHog's lists, a larger one means the largest. */
export const limitField = limitFrom(1);

const cursor = z
  .string()
  .regex(/^(?:\d{1,15}|-)(?:,(?:\d{1,15}|-))*$/, { error: "must be taken from the next of another page" })
  .transform((text): Cursor => text.split(",").map((part) => (part === "-" ? null : Number(part))));

/** `before`: taken from the `next` of the page before. */
export const beforeField = cursor.exactOptional();

/** `before` of a list that can be asked for what is earlier than a time: that, or what `next` says. */
export const beforeOrTimeField = z
  .union([cursor, time], { error: "must be a time in ISO 8601, or taken from the next of another page" })
  .exactOptional();

/** `offset`: how many to skip, for lists that hardly grow. */
const offsetField = digits.default(0);

/** The page of a list that is kept in the registry, as PostHog's clients ask for it. */
export const registryPage = z.object({ limit: limitField, offset: offsetField });

/**
 * A page of such a list.
 * @param rows one more than `limit` when there are more
 */
export function registryPageOf<Row, Item>(
  rows: readonly Row[],
  { limit, offset }: z.output<typeof registryPage>,
  url: string,
  toJson: (row: Row) => Item,
): { results: Item[]; next: string | null } {
  const next = new URL(url);
  next.searchParams.set("limit", String(limit));
  next.searchParams.set("offset", String(offset + limit));
  return { results: rows.slice(0, limit).map(toJson), next: rows.length > limit ? next.href : null };
}

/** The cursor, if it is one of a list over so many shards. Throws ApiError 400. */
export function cursorOver(shards: number, before: Cursor | undefined): Cursor | undefined {
  if (before !== undefined && before.length !== shards)
    throw ApiError.invalid(
      `before is of a list over ${before.length} shards, and the team has ${shards}. Start again without it.`,
      "before",
    );
  return before;
}

/** The address of the next page, or null after the last one. */
export function nextUrl(url: string, cursor: Cursor | null): string | null {
  if (cursor === null) return null;
  const next = new URL(url);
  next.searchParams.set("before", cursor.map((part) => part ?? "-").join(","));
  return next.href;
}
