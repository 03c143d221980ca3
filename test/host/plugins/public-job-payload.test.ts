import { describe, expect, test } from "vitest";

import { readPayload } from "../../../host/plugins/public-job-payload.ts";
import { readManifest } from "../../../host/plugins/manifest.ts";
import type { JsonObject } from "../../../host/event.ts";

const FIELDS = {
  who: { type: "string", required: true },
  days: { type: "number", default: 7 },
  dry: { type: "boolean" },
  since: { type: "date" },
  more: { type: "json" },
  any: { type: "colour" },
};
const read = (given: JsonObject) => readPayload({ payload: FIELDS }, given);
const rulesOf = (given: JsonObject) => {
  const found = read(given);
  return "problems" in found ? found.problems.map(({ field, rule }) => `${field} ${rule}`) : found;
};

describe("the payload of a public job", () => {
  test("is what was given, with defaults", () => {
    const given = { who: "ada", dry: false, since: "2026-01-31", more: { a: [1] }, any: 3 };
    expect(read(given)).toEqual({ payload: { ...given, days: 7 } });
    expect(read({ who: "ada", days: 0 })).toEqual({ payload: { who: "ada", days: 0 } });
    expect(read({ who: "ada", days: null })).toEqual({ payload: { who: "ada", days: 7 } });
  });

  test.each([
    [{}, ["who is required"]],
    [{ who: null }, ["who is required"]],
    [{ who: "" }, ["who is required"]],
    [{ who: 3 }, ["who must be text"]],
    [{ who: "a", days: "7" }, ["days must be a finite number"]],
    [JSON.parse('{"who": "a", "days": 1e400}') as JsonObject, ["days must be a finite number"]],
    [{ who: "a", dry: "yes" }, ["dry must be true or false"]],
    [{ who: "a", since: "tomorrow" }, ['since must be a date such as "2026-01-31" or "2026-01-31T12:00:00Z"']],
    [{ who: "a", since: "2026-02-30" }, ['since must be a date such as "2026-01-31" or "2026-01-31T12:00:00Z"']],
    [{ who: "a", since: "2026-13-45" }, ['since must be a date such as "2026-01-31" or "2026-01-31T12:00:00Z"']],
    [{ who: "a", when: 1 }, ["when is not a field of this job, which has who, days, dry, since, more, any"]],
    [{ days: "x", dry: 1 }, ["who is required", "days must be a finite number", "dry must be true or false"]],
  ])("%j is refused, with the field and the rule", (given, rules) => {
    expect(rulesOf(given)).toEqual(rules);
  });

  test("has no field that only a prototype has", () => {
    expect(rulesOf(JSON.parse('{"who": "a", "__proto__": 1, "constructor": 2}') as JsonObject)).toEqual([
      expect.stringContaining("__proto__ is not a field"),
      expect.stringContaining("constructor is not a field"),
    ]);
    expect(readPayload({ payload: {} }, { toString: 1 })).toEqual({
      problems: [{ field: "toString", rule: "is not a field of this job, which has none" }],
    });
  });
});

test("a type that nothing checks is warned of", () => {
  const { warnings } = readManifest({
    name: "x",
    publicJobs: { go: { payload: { a: { type: "colour" }, b: { type: "date" } } } },
  });
  expect(warnings).toEqual([
    'plugin.json: publicJobs.go.payload.a.type is "colour", so that nothing checks its values; the types are string, number, boolean, date, json',
  ]);
});
