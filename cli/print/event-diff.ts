import type { Json } from "../../host/event.ts";
import { absent, compareWhole } from "../../host/event-diff/difference.ts";
import type { MaybeJson } from "../../host/event-diff/difference.ts";
import type { Colours } from "./colour.ts";
import { shorten } from "./shorten.ts";

/** What a plugin did to an event, a line for each place: `+` added, `-` removed, `~` changed. */
export function eventDiff(before: Json, after: Json, colours: Colours): string[] {
  return compareWhole("", before, after).map(({ path, expected = absent, actual = absent }) => {
    const place = path.replace(/^\./, "") || "event";
    if (expected === absent) return colours.added(`+ ${place}: ${print(actual)}`);
    if (actual === absent) return colours.removed(`- ${place}: ${print(expected)}`);
    return colours.changed(`~ ${place}: ${print(expected)} -> ${print(actual)}`);
  });
}

const print = (value: MaybeJson): string => (value === absent ? "(absent)" : shorten(JSON.stringify(value)));
