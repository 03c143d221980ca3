import type { Json, JsonObject } from "../event.ts";
import type { ConfigField } from "./config-schema.ts";
import { conditionsOver, isRequired } from "./form-conditions.ts";
import { isDeeperThan } from "../json-depth.ts";
import { MIN_ANYWHERE } from "../secrets/forms.ts";
import { isInjectable } from "../secrets/injection.ts";

/** What is wrong with one value of a config. */
export interface FieldError {
  key: string;
  message: string;
}

export type ConfigValues = { ok: true; values: JsonObject } | { ok: false; errors: FieldError[] };

/** Leaves room for the other columns of a row, which D1 limits to 2 MB. */
const MAX_CHARACTERS = 512 * 1024;
const MAX_LEVELS = 50;

/**
 * The values that a plugin gets as `meta.config`, from what a person entered: defaults are merged into absent keys,
 * then `required`, `required_if`, `choices` and `type: json` are checked. Every declared value is text, JSON included,
 * as plugins expect to parse it themselves; keys that the form does not declare are kept as they are.
 * Attachments are never values: `attachments` names the fields that have a file.
 */
export function configValues(
  fields: readonly ConfigField[],
  entered: JsonObject,
  attachments: ReadonlySet<string>,
): ConfigValues {
  if (isDeeperThan(entered, MAX_LEVELS))
    return { ok: false, errors: [{ key: "", message: `nested more than ${MAX_LEVELS} levels deep` }] };
  if (JSON.stringify(entered).length > MAX_CHARACTERS)
    return { ok: false, errors: [{ key: "", message: `longer than ${MAX_CHARACTERS} characters` }] };

  const given = new Map<string, Json>(Object.entries(entered).filter(([, item]) => item !== null));
  const values = new Map(given);
  const errors: FieldError[] = [];
  for (const field of fields) {
    if (field.key === undefined) continue;
    const value = given.get(field.key) ?? field.default;
    const text = value === undefined ? undefined : textOf(field, value);
    if (text === null) errors.push({ key: field.key, message: `${labelOf(field)} must be text` });
    if (typeof text === "string" && field.type !== "attachment") values.set(field.key, text);
    else values.delete(field.key);
  }
  const isNoText = new Set(errors.map(({ key }) => key));

  const holds = conditionsOver(
    (key) => values.get(key),
    (key) => attachments.has(key),
  );
  for (const field of fields) {
    if (field.key === undefined || isNoText.has(field.key)) continue;
    const value = values.get(field.key) ?? "";
    const isMissing = value === "" && !attachments.has(field.key);
    const message = isMissing
      ? isRequired(field, holds) && `${labelOf(field)} is required`
      : given.has(field.key) && typeof value === "string" && valueError(field, value);
    if (message) errors.push({ key: field.key, message });
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, values: Object.fromEntries(values) };
}

const labelOf = (field: ConfigField): string => field.name || String(field.key);

function textOf(field: ConfigField, value: Json): string | null {
  if (typeof value === "string") return value;
  if (field.type === "json") return JSON.stringify(value);
  return typeof value === "object" ? null : String(value);
}

function valueError(field: ConfigField, value: string): string | null {
  if (field.type === "choice" && field.choices?.length && !field.choices.includes(value))
    return `${labelOf(field)} must be one of ${field.choices.join(", ")}`;
  if (field.inject && !isInjectable(value))
    return `${labelOf(field)} must be at least ${MIN_ANYWHERE} printable ASCII characters, without blanks around them, because it is sent in a header`;
  if (field.type === "json" && !isJson(value)) return `${labelOf(field)} must be valid JSON`;
  return null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
