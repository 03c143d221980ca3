import type { Json, JsonObject } from "../../host/event.ts";
import { isObject } from "../../host/is-object.ts";
import { UsageError } from "../errors.ts";
import { parseJson, readText } from "./read-case.ts";

/** The config in the file of `--config`; undefined without the flag. */
export async function readConfig(path: string | undefined): Promise<JsonObject | undefined> {
  if (path === undefined) return undefined;
  const config = parseJson(await readText(path), path) as Json;
  if (!isObject(config)) throw new UsageError(`${path} must hold an object such as {"apiKey": "..."}`);
  return config;
}
