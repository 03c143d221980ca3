import { asc, eq, getTableColumns } from "drizzle-orm";
import type { Env } from "../env.ts";
import { deletePlugin, type Plugin, PluginIsGlobalError } from "../store/plugins.ts";
import { type PluginVersion, versionOfPlugin } from "../store/plugin-versions.ts";
import { plugin, pluginVersion } from "../store/schema.ts";
import { pageOf } from "./answers.ts";
import { ApiError } from "./api-error.ts";
import { deleteBlobs } from "./attachments.ts";
import { configsOfPlugin } from "./configs-of-plugin.ts";
import { install } from "./install.ts";
import { moveConfigs } from "./move-configs.ts";
import { registryPage, registryPageOf } from "./paging.ts";
import { pluginAnswer, pluginJson } from "./plugin-json.ts";
import { uploadBody } from "./plugin-upload.ts";
import { reconfigure } from "./reconfigure.ts";
import { route } from "./route.ts";
import type { Scope } from "./scope.ts";
import { nothing, thePlugin } from "./subjects.ts";

/** The plugins that an organization may use. */
export const pluginRoutes = [
  route("/api/plugins", nothing, (declare) => ({
    GET: declare({
      summary: "The plugins that the caller may use",
      access: "read",
      query: registryPage,
      answer: pageOf(pluginAnswer),
      async handle({ scope, query, request }) {
        const { limit, offset } = query;
        const found = await scope.db
          .select({ plugin: getTableColumns(plugin), version: getTableColumns(pluginVersion) })
          .from(plugin)
          .leftJoin(pluginVersion, eq(pluginVersion.id, plugin.latestVersionId))
          .where(scope.plugins)
          .orderBy(asc(plugin.id))
          .limit(limit + 1)
          .offset(offset);
        return registryPageOf(found, query, request.url, (row) => pluginJson(row.plugin, row.version));
      },
    }),
    POST: declare({
      summary: "Install a plugin, or a new version of one",
      description:
        "As the source of one file, as files by path, or as a form whose parts are the files, or an archive (.zip, .tgz) of them.",
      role: "organization",
      access: "write",
      body: uploadBody,
      answer: pluginAnswer,
      status: 201,
      async handle({ env, scope, body, now }) {
        const installed = await install(env, scope, body, now);
        const warnings = [...installed.warnings];
        if (body.update_configs) warnings.push(...(await moveAll(env, scope, installed.version, now)));
        return pluginJson(installed.plugin, installed.version, warnings);
      },
    }),
  })),
  route("/api/plugins/{id}", thePlugin, (declare) => ({
    GET: declare({
      summary: "One plugin",
      access: "read",
      answer: pluginAnswer,
      async handle({ scope, subject }) {
        const { latestVersionId: latest } = subject;
        return pluginJson(subject, latest === null ? null : await versionOfPlugin(scope.db, subject, latest));
      },
    }),
    DELETE: declare({
      summary: "Uninstall a plugin with all its configs",
      role: "organization",
      access: "write",
      async handle({ env, scope, subject }) {
        const configs = await configsOfPlugin(scope, scope.own(subject).id);
        await remove(scope, subject);
        await reconfigure(
          env,
          configs.map(({ team }) => team),
        );
        await deleteBlobs(
          env,
          configs.flatMap(({ attachments }) => attachments),
        );
      },
    }),
  })),
];

async function moveAll(env: Env, scope: Scope, version: PluginVersion, now: number): Promise<string[]> {
  const moved = await moveConfigs(scope, version, now);
  await reconfigure(env, moved.teams);
  return moved.warnings;
}

async function remove(scope: Scope, { id, organizationId }: Plugin): Promise<void> {
  try {
    if ((await deletePlugin(scope.db, organizationId, id)) === null)
      throw ApiError.notFound(`There is no plugin ${id}.`);
  } catch (error) {
    if (error instanceof PluginIsGlobalError) throw ApiError.invalid(error.message, null);
    throw error;
  }
}
