import { z } from "zod";
import { ApiError, type FieldError } from "./api-error.ts";

/** An id or a count in a query string. */
export const digits = z
  .string()
  .regex(/^\d{1,15}$/, { error: "must be a whole number" })
  .transform(Number);

/** A time in a query string: milliseconds since the epoch. */
export const time = z.iso
  .datetime({ offset: true, error: "must be a time in ISO 8601" })
  .transform((text) => Date.parse(text));

/** An id in a JSON body. */
export const id = z.int({ error: missingOr("must be a whole number") }).positive({ error: "must be positive" });

/** Checks what a client sent. Throws ApiError 400, which names the fields that are wrong. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value, { error: missingOr(undefined) });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const [first = { attr: null, detail: "The body is not valid." }, ...others] = issues.flatMap(errorsOf);
  throw ApiError.fields([first, ...others], issues[0]?.message === MISSING ? "required" : "invalid_input");
}

function errorsOf(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ attr: [...issue.path, key].join("__"), detail: `${key} is not a field here.` }));
  const attr = issue.path.join("__") || null;
  return [{ attr, detail: `${attr ?? "The body"} ${issue.message}.` }];
}

const MISSING = "is required";

/** Messages that continue a sentence which begins with the field's name. */
export function missingOr(message: string | undefined) {
  return (issue: { code?: string | undefined; input?: unknown; expected?: unknown }): string | undefined => {
    if (issue.input === undefined) return MISSING;
    if (message !== undefined) return message;
    return issue.code === "invalid_type" ? `must be of type ${String(issue.expected)}` : undefined;
  };
}
