import { Hono } from "hono";
import type { Env } from "../env.ts";
import { ApiError } from "./api-error.ts";
import { isAdminHost } from "./admin-host.ts";
import { auditRoutes } from "./tenants/audit.ts";
import { dryRunRoutes } from "./configs/dry-runs.ts";
import { previewUpgradeRoutes } from "./configs/preview-upgrade.ts";
import { egressRoutes } from "./insight/egress.ts";
import { errorGroupRoutes } from "./insight/error-groups.ts";
import { exportRoutes } from "./tenants/exports.ts";
import { historicalExportRoutes } from "./configs/historical-export.ts";
import { jobRoutes } from "./configs/jobs.ts";
import { killSwitchRoutes } from "./tenants/kill-switches.ts";
import { ledgerRoutes } from "./insight/ledger.ts";
import { logRoutes } from "./insight/logs.ts";
import { mount } from "./mount.ts";
import { metricRoutes } from "./insight/metrics.ts";
import { openApiDocument } from "./openapi.ts";
import { organizationRoutes } from "./tenants/organizations.ts";
import { outcomeRoutes } from "./insight/outcomes.ts";
import { pluginConfigRoutes } from "./configs/plugin-configs.ts";
import { pluginUpdateRoutes } from "./plugins/plugin-updates.ts";
import { pluginVersionRoutes } from "./plugins/plugin-versions.ts";
import { rollBackRoutes } from "./configs/roll-back.ts";
import { pluginRoutes } from "./plugins/plugins.ts";
import { prometheusRoutes } from "./insight/prometheus.ts";
import { projectKeyRoutes } from "./tenants/project-keys.ts";
import { silentParts } from "./ready.ts";
import type { Route } from "./route.ts";
import { rotationRoutes } from "./tenants/rotation.ts";
import { taskRoutes } from "./tasks/tasks.ts";
import { teamListRoutes } from "./insight/team-lists.ts";
import { teamRoutes } from "./tenants/teams.ts";
import { tokenRoutes } from "./tenants/tokens.ts";
import { usageRoutes } from "./insight/usage.ts";

/** Every path of the API that needs a token. */
export const ROUTES = [
  ...organizationRoutes,
  ...teamRoutes,
  ...projectKeyRoutes,
  ...tokenRoutes,
  ...pluginRoutes,
  ...pluginUpdateRoutes,
  ...pluginVersionRoutes,
  ...pluginConfigRoutes,
  ...rollBackRoutes,
  ...jobRoutes,
  ...historicalExportRoutes,
  ...dryRunRoutes,
  ...previewUpgradeRoutes,
  ...taskRoutes,
  ...killSwitchRoutes,
  ...teamListRoutes,
  ...logRoutes,
  ...outcomeRoutes,
  ...ledgerRoutes,
  ...usageRoutes,
  ...metricRoutes,
  ...egressRoutes,
  ...errorGroupRoutes,
  ...auditRoutes,
  ...rotationRoutes,
  ...exportRoutes,
  ...prometheusRoutes,
] as const satisfies readonly Route[];

/**
 * The admin API. It answers nothing but its own paths: the rest of `/api/` is what SDKs call PostHog with, and goes
 * on to the next route, as everything does on another host than the admin host.
 */
export function apiRoutes(): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  app.get("/api/health", (c, next) => (isAdminHost(c.req.raw, c.env) ? toAnybody({ status: "ok" }) : next()));
  app.get("/api/ready", async (c, next) => {
    if (!isAdminHost(c.req.raw, c.env)) return next();
    const silent = await silentParts(c.env, Date.now());
    return silent.length === 0
      ? toAnybody({ status: "ok" })
      : ApiError.unavailable(`No answer from ${silent.join(", ")}.`).response({ "Cache-Control": "no-store" });
  });
  app.get("/api/openapi.json", (c, next) =>
    isAdminHost(c.req.raw, c.env) ? toAnybody(openApiDocument(ROUTES, c.req.url)) : next(),
  );
  for (const route of ROUTES) mount(app, route);
  return app;
}

/** What needs no token: that the Worker runs, whether it can work, and what the API is like. */
async function toAnybody(told: object): Promise<Response> {
  return Response.json(told, { headers: { "Cache-Control": "no-store" } });
}
