import type { Capabilities } from "../../wit/generated/contract.ts";
import { HostError } from "../host-error.ts";
import { INTL_OPTIONS } from "../../wit/intl-options.ts";
import type { CallScope } from "../sandbox-options.ts";

type Kind = keyof typeof INTL_OPTIONS;
type Formatter = Intl.DateTimeFormat | Intl.NumberFormat;

/** A formatter takes up to a millisecond to make and 40 KB to keep, and up to 300 microseconds to use, in some calendars. */
const FUEL_PER_FORMATTER = 150_000;
const FUEL_PER_FORMAT = 15_000;
const MAX_KEPT = 8;

const MAX_LOCALES = 20;
/** Characters of a locale or of an option's value. */
const MAX_TEXT = 100;
/** Characters of a number. */
const MAX_DIGITS = 1_000;

/** Formatting by the platform's own `Intl`. A time zone that is not named is UTC, a locale that is not named `en-US`. */
export function provideIntl(scope: Pick<CallScope, "burn">): Capabilities["intl"] {
  const kept = new Map<string, Formatter>();

  const formatterOf = (kind: Kind, locales: string[], options: [string, string][]): Formatter => {
    const key = JSON.stringify([kind, locales, options]);
    const known = kept.get(key);
    if (known) return known;
    check(kind, locales, options);
    scope.burn(FUEL_PER_FORMATTER);
    const formatter = translateErrors(() => make(kind, locales, options));
    kept.set(key, formatter);
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    return formatter;
  };

  return {
    resolve: (kind, locales, options) => JSON.stringify(formatterOf(kind, locales, options).resolvedOptions()),
    format(kind, locales, options, value) {
      if (value.length > MAX_DIGITS) throw new HostError("RangeError", `Intl formats numbers of ${MAX_DIGITS} digits`);
      const formatter = formatterOf(kind, locales, options);
      scope.burn(FUEL_PER_FORMAT);
      return translateErrors(() => partsOf(formatter, value).map(({ type, value: text }) => [type, text]));
    },
  };
}

function make(kind: Kind, locales: string[], options: [string, string][]): Formatter {
  const wanted = locales.length > 0 ? locales : "en-US";
  const given = Object.fromEntries(options.map(([name, text]) => [name, valueOf(name, text)]));
  return kind === "date"
    ? new Intl.DateTimeFormat(wanted, { timeZone: "UTC", ...given })
    : new Intl.NumberFormat(wanted, given);
}

/** Two options may be truths; all others are read as text, or as a number that is written out. */
function valueOf(name: string, text: string): string | boolean {
  return (name === "hour12" || name === "useGrouping") && (text === "true" || text === "false")
    ? text === "true"
    : text;
}

function partsOf(formatter: Formatter, value: string): { type: string; value: string }[] {
  if (formatter instanceof Intl.DateTimeFormat) return formatter.formatToParts(Number(value));
  // A text of digits keeps those that a number has no room for.
  return formatter.formatToParts(value as `${number}`);
}

function check(kind: Kind, locales: string[], options: [string, string][]): void {
  const known: readonly string[] = INTL_OPTIONS[kind];
  const isFit =
    locales.length <= MAX_LOCALES &&
    locales.every((locale) => locale.length <= MAX_TEXT) &&
    options.length <= known.length &&
    options.every(([name, text]) => known.includes(name) && text.length <= MAX_TEXT);
  if (!isFit)
    throw new HostError(
      "RangeError",
      `Intl takes ${MAX_LOCALES} locales and the options ${known.join(", ")}, of ${MAX_TEXT} characters each`,
    );
}

/** A locale, an option or a value that the platform refuses is the plugin's error, in the platform's words. */
function translateErrors<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw new HostError(error.name, error.message, { cause: error });
  }
}
