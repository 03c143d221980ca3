import type { JsonObject } from "../../event.ts";
import type { ConfigField } from "../../plugins/config-schema.ts";
import { keepSecrets, SECRET_PLACEHOLDER } from "../../plugins/config-secrets.ts";
import { configValues } from "../../plugins/config-values.ts";
import type { PluginVersion } from "../../store/plugin-versions.ts";
import { versionOfPlugin } from "../../store/plugin-versions.ts";
import type { Plugin } from "../../store/plugins.ts";
import { ApiError, type FieldError } from "../api-error.ts";
import type { Scope } from "../scope.ts";

/** The version that a config is to run. Throws ApiError 400 when it is not one of the plugin's. */
export async function versionFor(scope: Scope, plugin: Plugin, versionId: number | undefined): Promise<PluginVersion> {
  const wanted = versionId ?? plugin.latestVersionId;
  const found = wanted === null ? null : await versionOfPlugin(scope.db, plugin, wanted);
  if (found === null)
    throw ApiError.invalid(`Plugin ${plugin.id} has no version ${wanted}.`, "plugin_version_id", "does_not_exist");
  return found;
}

/** What is wrong with files for keys that take none. */
export function fileKeyErrors(fields: readonly ConfigField[], keys: Iterable<string>): FieldError[] {
  const known = attachmentKeys(fields);
  return [...keys]
    .filter((key) => !known.has(key))
    .map((key) => ({
      attr: `add_attachment[${key}]`,
      detail: `${key} is not a field of type attachment in this plugin's config.`,
    }));
}

/**
 * The values to store for what was entered, with defaults, and with the stored secrets that the sender does not know.
 * Throws ApiError 400, which names all fields that are wrong.
 * @param found what was found wrong already
 */
export function checkedValues(
  fields: readonly ConfigField[],
  stored: JsonObject,
  entered: JsonObject,
  files: ReadonlySet<string>,
  found: readonly FieldError[] = [],
): JsonObject {
  // Clients send back the descriptions of files that they were shown among the values.
  const described = attachmentKeys(fields);
  const values = Object.fromEntries(Object.entries(entered).filter(([key]) => !described.has(key)));
  const checked = configValues(fields, keepSecrets(fields, stored, values), files);
  const named = new Set(found.map(({ attr }) => attr));
  const others = (checked.ok ? [] : checked.errors)
    .map(({ key, message }) => ({ attr: key === "" ? "config" : `config__${key}`, detail: `${message}.` }))
    .filter(({ attr }) => !named.has(attr));
  if (checked.ok && found.length === 0) return checked.values;
  const [first = { attr: "config", detail: "config is not valid." }, ...more] = [...found, ...others];
  throw ApiError.fields([first, ...more]);
}

/**
 * What is wrong with secrets that did not go along to a new version, and were neither entered again nor cleared.
 * @param left keys of such secrets
 */
export function enteredAgainErrors(left: readonly string[], entered: JsonObject): FieldError[] {
  return left
    .filter((key) => (entered[key] ?? SECRET_PLACEHOLDER) === SECRET_PLACEHOLDER)
    .map((key) => ({
      attr: `config__${key}`,
      detail: `${key} must be entered again: this version of the plugin treats the secret in another way (plugin.json: secret, inject).`,
    }));
}

function attachmentKeys(fields: readonly ConfigField[]): Set<string> {
  return new Set(fields.flatMap(({ key, type }) => (type === "attachment" && key !== undefined ? [key] : [])));
}
