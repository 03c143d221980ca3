import { absent } from "../../host/event-diff/difference.ts";
import type { Difference, MaybeJson } from "../../host/event-diff/difference.ts";
import type { Colours } from "./colour.ts";
import { shorten } from "./shorten.ts";

const MAX_SHOWN = 20;

/** The differences of a red case, for a person. */
export function printDifferences(differences: readonly Difference[], colours: Colours): string[] {
  const shown = differences
    .slice(0, MAX_SHOWN)
    .flatMap(({ path, note, expected, actual }) => [
      colours.bold(path),
      ...(note === undefined ? [] : [`  ${shorten(note)}`]),
      ...(expected === undefined ? [] : [colours.added(`  expected: ${print(expected)}`)]),
      ...(actual === undefined ? [] : [colours.removed(`  received: ${print(actual)}`)]),
    ]);
  const more = differences.length - MAX_SHOWN;
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}

const print = (value: MaybeJson): string => (value === absent ? "(nothing)" : shorten(JSON.stringify(value)));
