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
import { nightly } from "./schedule/nightly.ts";
import { tick } from "./schedule/tick.ts";
import { isApiToken } from "./store/api-tokens.ts";
import { DEMO_PROJECT_KEY } from "./store/seed.ts";
import { findTeam } from "./store/team-lookup.ts";

export { Ticker } from "./schedule/ticker.ts";
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
    admits: async (env, token) => (await env.CAPTURE_RATE?.limit({ key: token }))?.success ?? true,
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
      const find = (key: string) => findTeam(c.env, key, Date.now());
      const token = tokenFromRequest(new URL(request.url));
      // Most requests name no key in their address: team 1's PostHog takes them.
      const team = (token && (await find(token))) || (await find(c.env.PROJECT_KEY || DEMO_PROJECT_KEY));
      return team?.posthogHost ? { host: team.posthogHost } : null;
    },
    isOwnToken: async (token) => isApiToken(token) || isAdminToken(token, c.env),
    fetch: (url, init) => fetch(url, init),
  }),
);

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    await Promise.all([tick(env, controller.scheduledTime), nightly(env, controller.scheduledTime)]);
  },
} satisfies ExportedHandler<Env>;
