import { asc, eq, getTableColumns } from "drizzle-orm";
import { z } from "zod";
import { deletePlugin, type Plugin, PluginIsGlobalError, offerPlugin } from "../../store/plugins.ts";
import { plugin, pluginVersion } from "../../store/schema.ts";
import { pageOf } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { deleteBlobs } from "../configs/attachments.ts";
import { configsOfPlugin } from "./configs-of-plugin.ts";
import { jsonBody } from "../body.ts";
import { install } from "./install.ts";
import { moveAll } from "./move-configs.ts";
import { registryPage, registryPageOf } from "../paging.ts";
import { installedAnswer, installedJson, pluginAnswer, pluginJson, shownPlugin } from "./plugin-json.ts";
import { uploadBody } from "./plugin-upload.ts";
import { reconfigure } from "../reconfigure.ts";
import { route } from "../route.ts";
import type { Scope } from "../scope.ts";
import { nothing, thePlugin } from "../subjects.ts";

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
        "From npm, GitHub or GitLab by its url; as the source of one file; as files by path; or as a form whose parts are the files, or an archive (.zip, .tgz) of them.",
      role: "organization",
      access: "write",
      body: uploadBody,
      answer: installedAnswer,
      status: 201,
      hasProgress: true,
      async handle(call) {
        const { env, scope, body, now } = call;
        const installed = await install(call);
        const warnings = [...installed.warnings];
        if (body.update_configs) warnings.push(...(await moveAll(env, scope, installed.version, now)));
        return installedJson(installed.plugin, installed.version, warnings);
      },
    }),
  })),
  route("/api/plugins/{id}", thePlugin, (declare) => ({
    GET: declare({
      summary: "One plugin",
      access: "read",
      answer: pluginAnswer,
      handle: async ({ scope, subject }) => shownPlugin(scope, subject),
    }),
    PATCH: declare({
      summary: "Offer a plugin to all organizations, or to its own alone",
      role: "operator",
      access: "write",
      body: jsonBody(z.strictObject({ is_global: z.boolean() })),
      answer: pluginAnswer,
      async handle({ env, scope, subject, body: { is_global: isGlobal }, now }) {
        const offered = await offerPlugin(scope.db, subject, isGlobal, now);
        const configs = await configsOfPlugin(scope, subject.id);
        await reconfigure(
          env,
          configs.map(({ team }) => team),
        );
        return shownPlugin(scope, offered);
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

async function remove(scope: Scope, { id, organizationId }: Plugin): Promise<void> {
  try {
    if ((await deletePlugin(scope.db, organizationId, id)) === null)
      throw ApiError.notFound(`There is no plugin ${id}.`);
  } catch (error) {
    if (error instanceof PluginIsGlobalError) throw ApiError.invalid(error.message, null);
    throw error;
  }
}
