import { eq, or } from "drizzle-orm";
import { deletePlugin, PluginIsGlobalError, pluginsOf } from "../store/plugins.ts";
import { type PluginVersion, versionById } from "../store/plugin-versions.ts";
import { plugin, pluginVersion } from "../store/schema.ts";
import { ApiError } from "./api-error.ts";
import { deleteBlobs } from "./attachments.ts";
import { readApiBody } from "./body.ts";
import { configsOfPlugin } from "./configs-of-plugin.ts";
import { install } from "./install.ts";
import { moveConfigs } from "./move-configs.ts";
import { pluginJson } from "./plugin-json.ts";
import { readUpload } from "./plugin-upload.ts";
import { reconfigure } from "./reconfigure.ts";
import { type ApiApp, type Handler, idOf, resource } from "./resource.ts";
import type { Scope } from "./scope.ts";

/** The plugins that an organization may use. */
export function plugins(app: ApiApp): void {
  resource(app, "/api/plugins", { GET: listPlugins, POST: uploadPlugin });
  resource(app, "/api/plugins/:id{[0-9]+}", { GET: getPlugin, DELETE: removePlugin });
}

const listPlugins: Handler = async (_c, scope) => {
  const [found, versions] = await Promise.all([pluginsOf(scope.db, scope.organizationId), latestVersions(scope)]);
  const results = found.map((each) => pluginJson(each, versions.get(each.id) ?? null));
  return Response.json({ results, next: null });
};

async function latestVersions({ db, organizationId }: Scope): Promise<Map<number, PluginVersion>> {
  const rows = await db
    .select({ version: pluginVersion })
    .from(pluginVersion)
    .innerJoin(plugin, eq(plugin.latestVersionId, pluginVersion.id))
    .where(or(eq(plugin.organizationId, organizationId), eq(plugin.isGlobal, true)));
  return new Map(rows.map(({ version }) => [version.pluginId, version]));
}

const getPlugin: Handler = async (c, scope) => {
  const found = await scope.plugin(idOf(c));
  const { latestVersionId } = found;
  const version = latestVersionId === null ? null : await versionById(scope.db, scope.organizationId, latestVersionId);
  return Response.json(pluginJson(found, version));
};

const uploadPlugin: Handler = async (c, scope) => {
  const now = Date.now();
  const upload = await readUpload(await readApiBody(c.req.raw));
  const installed = await install(c.env, scope, upload, now);
  const warnings = [...installed.warnings];
  if (upload.update_configs) {
    const moved = await moveConfigs(scope, installed.version, now);
    warnings.push(...moved.warnings);
    await reconfigure(c.env, moved.teams);
  }
  return Response.json(pluginJson(installed.plugin, installed.version, warnings), { status: 201 });
};

const removePlugin: Handler = async (c, scope) => {
  const { id } = await scope.plugin(idOf(c));
  const configs = await configsOfPlugin(scope, id);
  try {
    if ((await deletePlugin(scope.db, scope.organizationId, id)) === null)
      throw ApiError.invalid("The plugin belongs to another organization.", null, "permission_denied");
  } catch (error) {
    if (error instanceof PluginIsGlobalError) throw ApiError.invalid(error.message, null);
    throw error;
  }
  await reconfigure(
    c.env,
    configs.map(({ team }) => team),
  );
  await deleteBlobs(
    c.env,
    configs.flatMap(({ attachments }) => attachments),
  );
  return new Response(null, { status: 204 });
};
