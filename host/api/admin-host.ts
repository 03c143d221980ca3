import type { Env } from "../env.ts";

/**
 * Whether API and console answer on the host that a request was sent to: with `ADMIN_HOST` set, on that one alone.
 * A port counts only when `ADMIN_HOST` has one.
 */
export function isAdminHost(request: Request, env: Pick<Env, "ADMIN_HOST">): boolean {
  if (!env.ADMIN_HOST) return true;
  const { host, hostname } = new URL(request.url);
  const wanted = env.ADMIN_HOST.toLowerCase();
  return wanted === host || wanted === hostname;
}
