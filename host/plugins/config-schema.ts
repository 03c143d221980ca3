import { z } from "zod";
import type { Problem } from "./errors.ts";
import { type Inject, injectSchema } from "./inject-schema.ts";

export const FIELD_TYPES = ["string", "attachment", "choice", "json"] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** `[field, value]`: that field has this value; `[field]`: that field has any value. */
export type Condition = [field: string] | [field: string, value: string];

/** One entry of a plugin's config form, with plugin.json's own key names. Absent keys are absent. */
export interface ConfigField {
  /** Absent on entries that only show `markdown`. */
  key?: string;
  /** Absent when nothing is to be entered. */
  type?: FieldType;
  name?: string;
  hint?: string;
  /** Shown above the field. */
  markdown?: string;
  default?: string;
  choices?: string[];
  required?: boolean;
  /** Required when every condition holds. */
  required_if?: Condition[];
  /** Hidden unless every condition holds. */
  visible_if?: Condition[];
  /** Readers of the API see a placeholder; the plugin gets the value. */
  secret?: boolean;
  /** The plugin gets a text in place of the value, which the host replaces on the way to these hosts. Then the field is secret. */
  inject?: Inject;
  site?: boolean;
}

const MAX_FIELDS = 500;
/** Object form: an entry without `order`, or with 0, comes after those that have one. */
const UNORDERED = 999_999;

const text = z.string({ error: "must be text in double quotes" });
const flag = z.boolean({ error: "must be true or false, without quotes" });
const scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: "must be text in double quotes",
});
const pairs = 'must be a list of pairs such as [["field", "value"]]';
const conditions = z.array(
  z.union(
    [
      z.tuple([z.string()]).transform(([field]): Condition => [field]),
      z.tuple([z.string(), scalar]).transform(([field, value]): Condition => [field, String(value)]),
    ],
    { error: pairs },
  ),
  { error: pairs },
);

const entrySchema = z.object({
  key: text
    .min(1, { error: "is empty; give the field a name" })
    .max(200, { error: "is longer than 200 characters; shorten it" })
    .refine((key) => key !== "__proto__", { error: "is reserved; choose another name" })
    .optional(),
  type: text.optional(),
  name: text.optional(),
  hint: text.optional(),
  markdown: text.optional(),
  default: z.unknown().optional(),
  choices: z.array(scalar, { error: 'must be a list such as ["Yes", "No"]' }).optional(),
  required: flag.optional(),
  required_if: conditions.optional(),
  visible_if: conditions.optional(),
  secret: flag.optional(),
  inject: injectSchema.optional(),
  site: flag.optional(),
  order: z.number({ error: "must be a number" }).optional(),
});
type Entry = z.infer<typeof entrySchema>;

/**
 * The fields of a plugin.json `config` in either of its forms: an object of entries by key, or a list of
 * entries that carry their `key`. Adds to `problems` and `warnings`, places counted from plugin.json.
 */
export function readConfigSchema(config: unknown, problems: Problem[], warnings: string[]): ConfigField[] {
  if (typeof config !== "object" || config === null) {
    problems.push({ path: "config", message: 'must be a list such as [{"key": "apiKey", "type": "string"}]' });
    return [];
  }
  const isList = Array.isArray(config);
  const raw = Object.entries(config);
  if (raw.length > MAX_FIELDS) {
    problems.push({ path: "config", message: `has ${raw.length} fields; at most ${MAX_FIELDS} are allowed` });
    return [];
  }
  const entries: { path: string; entry: Entry }[] = [];
  for (const [index, value] of raw) {
    const path = isList ? `config[${index}]` : `config.${index}`;
    const entry = readEntry(value, path, isList ? undefined : index, problems, warnings);
    if (entry !== null) entries.push({ path, entry });
  }
  if (!isList) entries.sort((a, b) => (a.entry.order || UNORDERED) - (b.entry.order || UNORDERED));

  const keys = entries.map(({ entry }) => entry.key);
  for (const { path, entry } of entries)
    for (const [field] of [...(entry.required_if ?? []), ...(entry.visible_if ?? [])])
      if (!keys.includes(field))
        warnings.push(`plugin.json: ${path} depends on ${field}, which is not a field of this config`);
  return entries.flatMap(({ path, entry }, index) => {
    if (entry.key === undefined || keys.lastIndexOf(entry.key) === index) return [fieldOf(entry, path, warnings)];
    warnings.push(`plugin.json: ${path} is ignored; a later field has the same key, ${entry.key}`);
    return [];
  });
}

function readEntry(
  value: unknown,
  path: string,
  key: string | undefined,
  problems: Problem[],
  warnings: string[],
): Entry | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.push({ path, message: 'must be an object such as {"type": "string"}' });
    return null;
  }
  const given = Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
  if (key !== undefined) given["key"] = key;
  for (const name of Object.keys(given))
    if (!Object.hasOwn(entrySchema.shape, name)) warnings.push(`plugin.json: unknown key ${path}.${name} is ignored`);
  const parsed = entrySchema.safeParse(given);
  for (const issue of parsed.error?.issues ?? [])
    problems.push({ path: [path, ...issue.path.map(String)].join("."), message: issue.message });
  const misplaced = parsed.data?.inject && injectProblem(parsed.data);
  if (misplaced) problems.push({ path: `${path}.inject`, message: misplaced });
  return parsed.data ?? null;
}

function injectProblem({ key = "", type, secret }: Entry): string | undefined {
  if (!/^[\w.-]+$/.test(key)) return "needs a key of letters, digits, dots, dashes and underscores";
  if (type !== "string") return 'needs "type": "string"';
  return secret === false ? 'makes the field secret; leave out "secret": false' : undefined;
}

function fieldOf(entry: Entry, path: string, warnings: string[]): ConfigField {
  const { order: _order, type: _type, default: _default, choices: _choices, ...rest } = entry;
  const field: ConfigField = Object.fromEntries(Object.entries(rest).filter(([, item]) => item !== undefined));
  if (field.inject !== undefined) field.secret = true;
  const type = fieldType(entry.type, path, warnings);
  if (type !== undefined) field.type = type;
  if (type !== undefined && entry.key === undefined)
    warnings.push(`plugin.json: ${path} has a type but no key, so that it is shown without an input`);
  if (entry.choices !== undefined) field.choices = entry.choices.map(String);
  if (type === "choice" && !field.choices?.length)
    warnings.push(`plugin.json: ${path} is a choice without choices; add "choices": ["Yes", "No"]`);
  const preset = defaultOf(entry.default, path, warnings);
  if (preset !== undefined) field.default = preset;
  if (type === "choice" && preset && field.choices?.length && !field.choices.includes(preset))
    warnings.push(`plugin.json: ${path}.default is ${preset}, which is not one of the choices`);
  return field;
}

function fieldType(type: string | undefined, path: string, warnings: string[]): FieldType | undefined {
  if (type === undefined) return undefined;
  const known = FIELD_TYPES.find((candidate) => candidate === type);
  if (known === undefined)
    warnings.push(`plugin.json: ${path}.type ${type} is treated as string; the types are ${FIELD_TYPES.join(", ")}`);
  return known ?? "string";
}

/** Values of a form are text, so a default of another kind becomes its text: `false` is "false". */
function defaultOf(value: unknown, path: string, warnings: string[]): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  warnings.push(`plugin.json: ${path}.default is used as text; write it in double quotes`);
  return JSON.stringify(value);
}
