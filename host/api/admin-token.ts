import { timingSafeEqual } from "hono/utils/buffer";
import type { Env } from "../env.ts";

/** Whether a text is the operator's token. How long it takes tells nothing of where the two differ. */
export async function isAdminToken(token: string, env: Pick<Env, "ADMIN_TOKEN">): Promise<boolean> {
  return env.ADMIN_TOKEN ? timingSafeEqual(token, env.ADMIN_TOKEN) : false;
}
