import { z } from "zod";
import { ApiError } from "./api-error.ts";

/** An id or a count in a query string. */
export const digits = z
  .string()
  .regex(/^\d{1,15}$/, { error: "must be a whole number" })
  .transform(Number);

/** An id in a JSON body. */
export const id = z.int({ error: missingOr("must be a whole number") }).positive({ error: "must be positive" });

/** Checks what a client sent. Throws ApiError 400, which names the first field that is wrong. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value, { error: missingOr(undefined) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    throw ApiError.invalid(`${key} is not a field here.`, [...issue.path, key].join("__"));
  }
  const attr = issue?.path.join("__") || null;
  const message = issue?.message ?? "is not valid";
  throw ApiError.invalid(`${attr ?? "The body"} ${message}.`, attr, message === MISSING ? "required" : "invalid_input");
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
