import type { Json } from "../event.ts";
import type { Condition, ConfigField } from "./config-schema.ts";

/** Whether a condition of a form's field holds. */
export type Holds = (condition: Condition) => boolean;

/**
 * Conditions over what a form holds.
 * @param valueOf the value of a field's key
 * @param hasFile whether a field has a file
 */
export function conditionsOver(valueOf: (key: string) => Json | undefined, hasFile: (key: string) => boolean): Holds {
  return ([key, expected]) => {
    const actual = hasFile(key) || (valueOf(key) ?? "");
    return expected === undefined ? Boolean(actual) : actual === expected;
  };
}

/** Whether a form shows a field. */
export const isVisible = (field: ConfigField, holds: Holds): boolean => (field.visible_if ?? []).every(holds);

/** Whether something has to be entered. A field that a form does not show cannot be asked for. */
export function isRequired(field: ConfigField, holds: Holds): boolean {
  if (field.type === undefined || !isVisible(field, holds)) return false;
  return field.required === true || (!!field.required_if?.length && field.required_if.every(holds));
}
