import { Hono } from "hono";

import { accept } from "./accept.ts";
import { isAdminToken } from "./api/admin-token.ts";
import { apiRoutes } from "./api/routes.ts";
import { captureRoutes } from "./capture/route.ts";
import { consoleRoutes } from "./console/routes.tsx";
import { admitsDemoKey, ensureDemo } from "./demo/demo.ts";
import type { Env } from "./env.ts";
import { proxy } from "./proxy/proxy.ts";
import { tokenFromRequest } from "./proxy/token.ts";
import { tick } from "./schedule/tick.ts";
import { DEMO_PROJECT_KEY, DEMO_TEAM_ID } from "./store/seed.ts";
import { openRegistry } from "./store/registry.ts";
import { findTeam } from "./store/team-lookup.ts";
import { teamById } from "./store/teams.ts";

export { TeamObject } from "./team/team-object.ts";

const app = new Hono<{ Bindings: Env }>();

app.route(
  "/",
  captureRoutes<Env, { teamId: number; shards: number; anonymizeIps: boolean }>({
    async findTeam(env, token) {
      await ensureDemo(env);
      if (token === DEMO_PROJECT_KEY && !admitsDemoKey(env)) return null;
      const team = await findTeam(env, token, Date.now());
      return team && { teamId: team.id, shards: team.shards, anonymizeIps: team.anonymizeIps };
    },
    accept,
    now: () => Date.now(),
    trustCf: (env) => env.LOCAL !== "true",
  }),
);

app.route("/", apiRoutes());
app.route("/", consoleRoutes());

app.all("*", (c) =>
  proxy(c.req.raw, {
    async upstream(request) {
      await ensureDemo(c.env);
      const token = tokenFromRequest(new URL(request.url));
      const team = (token && (await findTeam(c.env, token, Date.now()))) || (await teamById(openRegistry(c.env), DEMO_TEAM_ID));
      return team?.posthogHost ? { host: team.posthogHost } : null;
    },
    isOwnToken: (token) => isAdminToken(token, c.env),
    fetch: (url, init) => fetch(url, init),
  }),
);

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    await tick(env, controller.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
