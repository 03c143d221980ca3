import { z } from "zod";
import type { Json, JsonObject } from "../event.ts";
import { isObject } from "../is-object.ts";
import { missingOr } from "./parse.ts";

/** Schemas that answers of the API have in common. */

export const timestamp = z.string().meta({ format: "date-time", description: "ISO 8601, UTC" });

/** @param at milliseconds since the epoch */
export const isoOf = (at: number): string => new Date(at).toISOString();

/** The same for what may not have been. */
export const isoOrNull = (at: number | null): string | null => (at === null ? null : isoOf(at));

/** Any JSON. */
export const json = z.custom<Json>();

/** An object with whatever keys. */
export const jsonObject = z
  .custom<JsonObject>(isObject, { error: missingOr("must be an object") })
  .meta({ override: { type: "object", additionalProperties: true } });

/** One page of a list. `next` is the address of the one that follows. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    results: z.array(item),
    next: z.string().nullable().meta({ format: "uri", description: "The next page; null after the last one." }),
  });
