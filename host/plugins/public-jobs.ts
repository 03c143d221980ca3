import { z } from "zod";
import { isObject } from "../is-object.ts";
import { flag, text } from "./manifest-values.ts";

/** A job that people may start by hand, with the fields of its form. */
export interface PublicJob {
  payload: Record<string, PublicJobField>;
}
export interface PublicJobField {
  title?: string | undefined;
  type?: string | undefined;
  required?: boolean | undefined;
  default?: unknown;
}

const field = z.object({
  title: text(200).optional(),
  type: text(200).optional(),
  required: flag.optional(),
  default: z.unknown().optional(),
});
const job = z.object(
  { payload: z.record(z.string(), field).default({}) },
  { error: 'must be an object such as {"payload": {}}' },
);

/** `publicJobs` of plugin.json. */
export const publicJobsSchema = z.record(z.string(), job, { error: "must be an object of jobs by name" });

/** The types of fields whose values are checked; those of another are taken as they are. */
export const FIELD_TYPES = ["string", "number", "boolean", "date", "json"] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** Warns of keys and types in `publicJobs` that mean nothing. */
export function unknownJobKeys(publicJobs: unknown): string[] {
  return entriesOf(publicJobs).flatMap(([name, given]) => [
    ...unknownKeys(given, job.shape, `publicJobs.${name}`),
    ...entriesOf(isObject(given) ? given["payload"] : undefined).flatMap(([key, value]) => [
      ...unknownKeys(value, field.shape, `publicJobs.${name}.payload.${key}`),
      ...unknownType(value, `publicJobs.${name}.payload.${key}`),
    ]),
  ]);
}

function unknownKeys(value: unknown, known: object, path: string): string[] {
  return entriesOf(value)
    .filter(([key]) => !Object.hasOwn(known, key))
    .map(([key]) => `plugin.json: unknown key ${path}.${key} is ignored`);
}

function unknownType(value: unknown, path: string): string[] {
  const type = isObject(value) ? value["type"] : undefined;
  if (typeof type !== "string" || FIELD_TYPES.some((known) => known === type)) return [];
  return [
    `plugin.json: ${path}.type is "${type.slice(0, 50)}", so that nothing checks its values; the types are ${FIELD_TYPES.join(", ")}`,
  ];
}

const entriesOf = (value: unknown): [string, unknown][] => (isObject(value) ? Object.entries(value) : []);
