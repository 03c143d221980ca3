import { isObject as isAnyObject } from "../runtime/is-object.ts";
import type { JsonObject } from "./event.ts";

/** Whether a JSON value is an object: neither null nor an array. What is in it is JSON, too. */
export function isObject(value: unknown): value is JsonObject {
  return isAnyObject(value);
}
