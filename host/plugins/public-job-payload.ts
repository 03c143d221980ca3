import type { Json, JsonObject } from "../event.ts";
import { parseTime } from "../parse-time.ts";
import type { FieldType, PublicJob, PublicJobField } from "./public-jobs.ts";

/** What is wrong with one field of a payload. */
export interface PayloadProblem {
  field: string;
  /** Continues a sentence that begins with the field's name. */
  rule: string;
}

const RULES: Readonly<Record<FieldType, { holds(value: Json): boolean; rule: string }>> = {
  string: { holds: (value) => typeof value === "string", rule: "must be text" },
  number: { holds: (value) => Number.isFinite(value), rule: "must be a finite number" },
  boolean: { holds: (value) => typeof value === "boolean", rule: "must be true or false" },
  date: {
    holds: (value) => typeof value === "string" && ISO_DATE.test(value) && parseTime(value) !== null,
    rule: 'must be a date such as "2026-01-31" or "2026-01-31T12:00:00Z"',
  },
  json: { holds: () => true, rule: "must be JSON" },
};

const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** A payload for a public job as plugin.json declares it, with defaults filled in. */
export function readPayload(
  job: PublicJob,
  given: JsonObject,
): { payload: JsonObject } | { problems: PayloadProblem[] } {
  const declared = Object.entries(job.payload);
  const names = declared.map(([name]) => name);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(job.payload, name));
  const problems = unknown.map((field) => ({
    field,
    rule: `is not a field of this job, which has ${names.length === 0 ? "none" : names.join(", ")}`,
  }));
  const payload = declared.flatMap(([name, field]): [string, Json][] => {
    const value = valueOf(given, name, field);
    const rule = ruleFor(field, value);
    if (rule !== undefined) problems.push({ field: name, rule });
    return value === undefined ? [] : [[name, value]];
  });
  return problems.length > 0 ? { problems } : { payload: Object.fromEntries(payload) };
}

function valueOf(given: JsonObject, name: string, field: PublicJobField): Json | undefined {
  const value = Object.hasOwn(given, name) ? given[name] : undefined;
  return value ?? (field.default as Json | undefined);
}

function ruleFor({ type, required }: PublicJobField, value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === "") return required === true ? "is required" : undefined;
  const known = type !== undefined && Object.hasOwn(RULES, type) ? RULES[type as FieldType] : undefined;
  return known === undefined || known.holds(value) ? undefined : known.rule;
}
