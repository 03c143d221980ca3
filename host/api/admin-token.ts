import { timingSafeEqual } from "hono/utils/buffer";
import type { Env } from "../env.ts";
import { ApiError } from "./api-error.ts";

/** Whether a text is the operator's token. How long it takes tells nothing of where the two differ. */
export async function isAdminToken(token: string, env: Pick<Env, "ADMIN_TOKEN">): Promise<boolean> {
  return env.ADMIN_TOKEN ? timingSafeEqual(token, env.ADMIN_TOKEN) : false;
}

/** Lets only requests pass that carry the operator's token. Throws ApiError: 503 when there is no token to carry. */
export async function requireAdminToken(request: Request, env: Pick<Env, "ADMIN_TOKEN">): Promise<void> {
  if (!env.ADMIN_TOKEN)
    throw ApiError.unavailable(
      "The API is closed because ADMIN_TOKEN is not set. Set it, for example with `npx wrangler secret put ADMIN_TOKEN`, and send it as Authorization: Bearer TOKEN.",
    );
  const token = /^Bearer +(.+)$/i.exec(request.headers.get("Authorization") ?? "")?.[1];
  if (token === undefined)
    throw ApiError.notAuthenticated(
      "Authentication credentials were not provided. Send the ADMIN_TOKEN as Authorization: Bearer TOKEN.",
    );
  if (!(await isAdminToken(token, env))) throw ApiError.notAuthenticated("The token is not this Hoglet's ADMIN_TOKEN.");
}
