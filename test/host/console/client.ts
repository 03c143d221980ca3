import { Hono } from "hono";
import { consoleRoutes } from "../../../host/console/routes.tsx";
import type { Env } from "../../../host/env.ts";
import { env } from "../api/client.ts";

/** What stands behind the console in the Worker. */
export const BEHIND = "the route behind";

const app = new Hono<{ Bindings: Env }>().route("/", consoleRoutes());
app.all("*", (c) => c.text(BEHIND));

/** A deployed Worker's settings, with all that the console needs. */
export const DEPLOYED: Partial<Env> = { ADMIN_TOKEN: "test-token", COOKIE_KEY: "test-cookie-key" };
/** A Worker under `wrangler dev`. */
export const LOCAL: Partial<Env> = { ...DEPLOYED, LOCAL: "true" };

/** Asks the console as a browser would. */
export async function ask(url: string, settings: Partial<Env>, init: RequestInit = {}): Promise<Response> {
  return app.request(url, { redirect: "manual", ...init }, { ...env, ...settings });
}

/** Sends a form of the console. */
export function sendForm(
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
  settings = DEPLOYED,
): Promise<Response> {
  const type = { "Content-Type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams(fields).toString();
  return ask(url, settings, { method: "POST", body, headers: { ...type, ...headers } });
}
