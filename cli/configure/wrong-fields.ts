import type { ConfigField } from "../../host/plugins/config-schema.ts";
import { ApiError, type FieldError } from "../errors.ts";

/** The key of a field that is wrong; empty when it is the config as a whole, undefined when it is nothing that is asked for. */
export function fieldOf({ attr }: FieldError): string | undefined {
  if (attr === null) return undefined;
  if (attr === "config") return "";
  const [, value, file] = /^config__(.+)$|^add_attachment\[(.+)\]$/s.exec(attr) ?? [];
  return value ?? file;
}

/** A refusal of a config, with the flags that enter what is wrong. */
export function withFlags(error: ApiError, fields: readonly ConfigField[]): ApiError {
  const errors = error.errors.map((each) => {
    const key = fieldOf(each);
    const field = key && fields.find((one) => one.key === key);
    if (!field) return each;
    const flag = field.type === "attachment" ? `--attach ${key}=PATH` : `--set ${key}=VALUE`;
    return { ...each, detail: `${each.detail} (${flag})` };
  });
  const { attr, code } = error;
  const [first] = errors;
  return new ApiError(errors.length === 1 && first ? first.detail : error.message, {
    attr,
    code,
    errors,
    cause: error,
  });
}
