import type { Json, JsonObject } from "../../host/event.ts";
import type { LogLine } from "../capabilities/log.ts";
import type { RunOutput } from "../run/output.ts";
import { absent, compareWhole, type Difference, type MaybeJson } from "../../host/event-diff/difference.ts";
import { compareItems, compareSubset } from "./difference.ts";
import { isObject } from "../../host/is-object.ts";

/** `setupThrows` is a text that setup's error must contain. */
export function compareSetup(path: string, expected: Json, { setup }: RunOutput): Difference[] {
  return compareText(path, expected, setup?.error ?? null);
}

/** A text must be contained in what was thrown; null stands for a call that did not throw. */
export function compareThrows(path: string, expected: Json, actual: readonly (string | null)[]): Difference[] {
  if (!Array.isArray(expected)) return compareWhole(path, expected, [...actual]);
  return Array.from({ length: Math.max(expected.length, actual.length) }, (_, i) =>
    compareText(
      `${path}[${i}]`,
      i in expected ? (expected[i] ?? null) : absent,
      i in actual ? (actual[i] ?? null) : absent,
    ),
  ).flat();
}

function compareText(path: string, expected: MaybeJson, actual: MaybeJson): Difference[] {
  const isContained = typeof expected === "string" && typeof actual === "string" && actual.includes(expected);
  return isContained ? [] : compareWhole(path, expected, actual);
}

/** Of an outcome only the keys that are given count: fuel is not to be foretold. */
export function compareOutcomes(path: string, expected: Json, actual: Json): Difference[] {
  return compareItems(path, expected, actual, compareSubset);
}

/**
 * A request is compared whole, but for its headers. Its status is the answer's, and what is mocked need not be said again;
 * a body that is JSON stands in the output twice, as text and as JSON, and is told by either. Names of headers
 * and methods have no case.
 */
export function compareFetches(path: string, expected: Json, actual: Json): Difference[] {
  return compareItems(path, expected, actual, (place, { headers = {}, ...wanted }, found) => {
    const { headers: passed = {}, ...request } = found;
    if (typeof wanted["method"] === "string") wanted["method"] = wanted["method"].toUpperCase();
    if (!("status" in wanted)) delete request["status"];
    if ("bodyJson" in wanted && !("body" in wanted)) delete request["body"];
    else if ("body" in wanted && !("bodyJson" in wanted)) delete request["bodyJson"];
    return [
      ...compareWhole(place, wanted, request),
      ...compareSubset(`${place}.headers`, lowerCased(headers), lowerCased(passed)),
    ];
  });
}

function lowerCased(headers: Json): Json {
  if (!isObject(headers)) return headers;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** With `contains`, some message of that level must contain it; a list of whole lines is compared whole. */
export function compareLogs(path: string, expected: Json, actual: readonly LogLine[]): Difference[] {
  const lines: JsonObject[] = actual.map((line) => ({ ...line }));
  if (!Array.isArray(expected) || !expected.some((wanted) => isObject(wanted) && "contains" in wanted))
    return compareWhole(path, expected, lines);
  return expected.flatMap((wanted, i) =>
    lines.some((line) => matches(wanted, line)) ? [] : [missing(`${path}[${i}]`, wanted, lines)],
  );
}

function matches(wanted: Json, { level, message }: JsonObject): boolean {
  if (!isObject(wanted) || ("level" in wanted && wanted["level"] !== level)) return false;
  const { contains } = wanted;
  if (typeof contains === "string") return typeof message === "string" && message.includes(contains);
  return wanted["message"] === message;
}

const missing = (path: string, wanted: Json, lines: JsonObject[]): Difference => ({
  path,
  note: `no such message was logged; logged were ${JSON.stringify(lines)}`,
  expected: wanted,
});
