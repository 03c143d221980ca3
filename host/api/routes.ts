import { Hono } from "hono";
import type { Env } from "../env.ts";
import { isAdminHost } from "./admin-host.ts";
import { pluginConfigs } from "./plugin-configs.ts";
import { plugins } from "./plugins.ts";
import { teamLists } from "./team-lists.ts";
import { teams } from "./teams.ts";

/**
 * The admin API. It answers nothing but its own paths: the rest of `/api/` is what SDKs call PostHog with, and goes
 * on to the next route, as everything does on another host than the admin host.
 */
export function apiRoutes(): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  app.get("/api/health", (c, next) => (isAdminHost(c.req.raw, c.env) ? health() : next()));
  teamLists(app);
  plugins(app);
  pluginConfigs(app);
  teams(app);
  return app;
}

/** Says that the Worker runs, to whoever asks. */
async function health(): Promise<Response> {
  return Response.json({ status: "ok" }, { headers: { "Cache-Control": "no-store" } });
}
