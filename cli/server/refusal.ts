import { z } from "zod";

import { ApiError } from "../errors.ts";
import { shorten } from "../print/shorten.ts";
import { jsonOf } from "./json.ts";

// Whatever has answered, a proxy perhaps, need not be a Hoglet.
const refused = z.object({
  detail: z.string(),
  attr: z.string().nullish(),
  code: z.string().nullish(),
  errors: z.array(z.object({ attr: z.string().nullable(), detail: z.string() })).optional(),
});

/** A refusal that came in a stream, after it had begun, or with a status. */
export function refusalIn(problem: unknown, status: number | null = null): ApiError {
  const told = refused.safeParse(problem);
  if (!told.success) return new ApiError(String(problem), { status });
  const { detail, attr = null, code = null, errors = [{ attr, detail }] } = told.data;
  return new ApiError(detail.trim(), { attr, code, errors, status });
}

/** What a server says of itself in PostHog's layout; a status and some text when something else has answered. */
export function refusal(request: string, { status, statusText }: Response, text: string): ApiError {
  const told = refused.safeParse(jsonOf(text));
  const said = told.success
    ? told.data.detail
    : `${request}: ${`${status} ${statusText}`.trim()}\n${shorten(text.trim())}`;
  if (status === 401)
    return new ApiError(
      `${said.trim()}\nGive a token with --token TOKEN, as HOGLET_TOKEN or ADMIN_TOKEN, or once for all with hoglet login.`,
      { status },
    );
  return told.success ? refusalIn(told.data, status) : new ApiError(said.trim(), { status });
}
