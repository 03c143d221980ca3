import { z } from "zod";
import { compareVersions } from "../../plugins/compare-versions.ts";
import { loadFiles } from "../../plugins/versions.ts";
import { type PluginVersion, versionOfPlugin, versionsOf } from "../../store/plugin-versions.ts";
import type { Plugin } from "../../store/plugins.ts";
import { isoOf, pageOf, timestamp } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { capabilityGrants, configSchema } from "../manifest-answers.ts";
import { registryPage, registryPageOf } from "../paging.ts";
import { digits } from "../parse.ts";
import { versionTag } from "./plugin-json.ts";
import { usedCapabilitiesAnswer, usedCapabilitiesJson } from "./used-capabilities-json.ts";
import { route, type Subject } from "../route.ts";
import { referenced } from "../scope.ts";
import { thePlugin } from "../subjects.ts";

const answer = versionTag
  .extend({
    plugin_id: z.int(),
    size: z.int().meta({ description: "Bytes of the author's files" }),
    methods: z.array(z.string()),
    scheduled_tasks: z.array(z.string()),
    jobs: z.array(z.string()),
    declared_capabilities: capabilityGrants.nullable(),
    used_capabilities: usedCapabilitiesAnswer,
    config_schema: configSchema,
    created_at: timestamp,
  })
  .meta({ id: "PluginVersion" });
const withFiles = answer.extend({ files: z.array(z.strictObject({ path: z.string(), size: z.int() })) });

const comparison = z
  .strictObject({
    files: z.strictObject({ added: z.array(z.string()), removed: z.array(z.string()), changed: z.array(z.string()) }),
    config: z.strictObject({
      added: z.array(z.string()),
      removed: z.array(z.string()),
      changed: z.array(z.string()),
      newly_required: z.array(z.string()),
    }),
    functions: z.strictObject({ added: z.array(z.string()), removed: z.array(z.string()) }),
    capabilities: z.strictObject({ added: z.array(z.string()), removed: z.array(z.string()) }),
    used_capabilities: z.strictObject({ added: z.array(z.string()), removed: z.array(z.string()) }),
    hosts: z.strictObject({ added: z.array(z.string()), removed: z.array(z.string()) }),
  })
  .meta({
    id: "VersionComparison",
    description: "Capabilities are those that plugin.json declares, used ones those that the code names, hosts both.",
  });

const theVersion: Subject<{ plugin: Plugin; version: PluginVersion }> = {
  async find(scope, param) {
    const plugin = await thePlugin.find(scope, param);
    const id = Number(param("version_id"));
    const version = await versionOfPlugin(scope.db, plugin, id);
    if (version === null) throw ApiError.notFound(`Plugin ${plugin.id} has no version ${id}.`);
    return { plugin, version };
  },
};

/** The versions of a plugin: none is ever changed. */
export const pluginVersionRoutes = [
  route("/api/plugins/{id}/versions", thePlugin, (declare) => ({
    GET: declare({
      summary: "The versions of a plugin, newest first",
      access: "read",
      query: registryPage,
      answer: pageOf(answer),
      async handle({ scope, subject, query, request }) {
        const found = await versionsOf(scope.db, subject, { ...query, limit: query.limit + 1 });
        return registryPageOf(found, query, request.url, toJson);
      },
    }),
  })),
  route("/api/plugins/{id}/versions/{version_id}", theVersion, (declare) => ({
    GET: declare({
      summary: "One version, with the list of its files",
      access: "read",
      answer: withFiles,
      async handle({ env, subject: { version } }) {
        const files = Object.entries(await loadFiles(env, version.hash));
        return { ...toJson(version), files: files.map(([path, bytes]) => ({ path, size: bytes.byteLength })) };
      },
    }),
  })),
  route("/api/plugins/{id}/versions/{version_id}/files/{path}", theVersion, (declare) => ({
    GET: declare({
      summary: "One file of a version, as it was installed",
      access: "read",
      content: "application/octet-stream",
      async handle({ env, subject: { version }, request }) {
        const [, path = ""] = /\/files\/(.+?)\/?$/.exec(new URL(request.url).pathname) ?? [];
        const files = await loadFiles(env, version.hash);
        const name = decodeURIComponent(path);
        const bytes = Object.hasOwn(files, name) ? files[name] : undefined;
        if (bytes === undefined) throw ApiError.notFound(`Version ${version.id} has no file ${name}.`);
        const headers = {
          "Content-Type": "application/octet-stream",
          // It is a stranger's file, and must not run here.
          "Content-Security-Policy": "sandbox; default-src 'none'",
          "Content-Disposition": "attachment",
        };
        return new Response(new Uint8Array(bytes), { headers });
      },
    }),
  })),
  route("/api/plugins/{id}/compare", thePlugin, (declare) => ({
    GET: declare({
      summary: "What another version changes: files, form, functions, and what it needs",
      access: "read",
      query: z.object({ from: digits, to: digits }),
      answer: comparison,
      async handle({ env, scope, subject, query }) {
        const [from, to] = await Promise.all(
          (["from", "to"] as const).map((attr) =>
            referenced(
              attr,
              versionOfPlugin(scope.db, subject, query[attr]).then((found) => {
                if (found === null) throw ApiError.notFound(`Plugin ${subject.id} has no version ${query[attr]}.`);
                return found;
              }),
            ),
          ),
        );
        if (from === undefined || to === undefined) throw new Error("two versions are compared");
        const [before, after] = await Promise.all([loadFiles(env, from.hash), loadFiles(env, to.hash)]);
        return compareVersions({ ...from, files: before }, { ...to, files: after });
      },
    }),
  })),
];

function toJson({
  id,
  hash,
  tag,
  pluginId,
  size,
  manifest,
  inspected,
  createdAt,
}: PluginVersion): z.input<typeof answer> {
  return {
    id,
    hash,
    tag,
    plugin_id: pluginId,
    size,
    methods: inspected.methods,
    scheduled_tasks: inspected.tasks,
    jobs: inspected.jobs,
    declared_capabilities: manifest.capabilities ?? null,
    used_capabilities: usedCapabilitiesJson(inspected),
    config_schema: manifest.config,
    created_at: isoOf(createdAt),
  };
}
