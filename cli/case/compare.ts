import type { Json, JsonObject } from "../../host/event.ts";
import type { RunOutput } from "../run/output.ts";
import { compareFetches, compareLogs, compareOutcomes, compareSetup, compareThrows } from "./compare-lists.ts";
import { compareWhole, type Difference } from "../../host/event-diff/difference.ts";
import { compareItems, compareSubset } from "./difference.ts";

type Compare = (path: string, expected: Json, actual: RunOutput) => Difference[];

/** Lists of which an `expect` that does not mention them says: there is nothing in them. */
const NONE_UNLESS_EXPECTED = ["fetch", "capture", "jobs"] as const;

const RULES: Record<string, Compare> = {
  setup: (path, expected, { setup }) => compareWhole(path, expected, setup),
  setupThrows: compareSetup,
  returns: (path, expected, { returns }) => compareWhole(path, expected, returns),
  throws: (path, expected, { throws }) => compareThrows(path, expected, throws),
  outcomes: (path, expected, { outcomes }) => compareOutcomes(path, expected, toJson(outcomes)),
  fetch: (path, expected, { fetch }) => compareFetches(path, expected, toJson(fetch)),
  capture: (path, expected, { capture }) => compareCaptures(path, expected, toJson(capture)),
  jobs: (path, expected, { jobs }) => compareWhole(path, expected, toJson(jobs)),
  metrics: (path, expected, { metrics }) => compareWhole(path, expected, toJson(metrics)),
  storage: (path, expected, { storage }) => compareSubset(path, expected, storage),
  cache: (path, expected, { cache }) => compareSubset(path, expected, cache),
  cacheTtl: (path, expected, { cacheTtl }) => compareSubset(path, expected, cacheTtl),
  logs: (path, expected, { logs }) => compareLogs(path, expected, logs),
  fuel: (path, expected, { fuel }) => compareWhole(path, expected, fuel),
  memoryBytes: (path, expected, { memoryBytes }) => compareWhole(path, expected, memoryBytes),
};

/**
 * Everything in which a run differs from what a case expects; empty when it is as expected.
 *
 * What is expected is compared whole, with these exceptions: `storage`, `cache`, `cacheTtl`, the properties of captures
 * and the headers of requests need only have what is expected, where null stands for absent; a `contains` of `logs`
 * must be in some message of its level; a text in `throws` and `setupThrows` must be contained; of an outcome only the
 * keys that are given count, and of a request its status only if it is given. Names of headers and methods have no case.
 */
export function compareRun(expected: JsonObject, actual: RunOutput): Difference[] {
  const differences = Object.entries(expected).flatMap(([name, value]) => compareKey(name, value, actual));
  for (const name of missedKeys(expected, actual))
    if (name === "setupThrows") differences.push({ path: "setup", expected: null, actual: toJson(actual.setup) });
    else differences.push(...compareWhole(name, [], toJson(actual[name])));
  return differences;
}

/** In what a run differs from one key of an `expect`. */
export function compareKey(name: string, expected: Json, actual: RunOutput): Difference[] {
  const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
  return rule
    ? rule(name, expected, actual)
    : [{ path: name, note: `"expect" has no such key; there are ${Object.keys(RULES).join(", ")}` }];
}

/** The keys that an `expect` would have to have for a run to be as expected. */
export function missedKeys(
  expected: JsonObject,
  actual: RunOutput,
): ("setupThrows" | (typeof NONE_UNLESS_EXPECTED)[number])[] {
  const isSetupMissed = actual.setup !== null && !("setupThrows" in expected) && !("setup" in expected);
  const lists = NONE_UNLESS_EXPECTED.filter((name) => !(name in expected) && actual[name].length > 0);
  return isSetupMissed ? ["setupThrows", ...lists] : lists;
}

function compareCaptures(path: string, expected: Json, actual: Json): Difference[] {
  return compareItems(
    path,
    expected,
    actual,
    (place, { properties, ...wanted }, { properties: found = null, ...others }) => [
      ...compareWhole(place, wanted, others),
      ...(properties === undefined ? [] : compareSubset(`${place}.properties`, properties, found)),
    ],
  );
}

/** What is in the output is JSON, whatever its type says of optional keys. */
const toJson = (value: unknown): Json => value as Json;
