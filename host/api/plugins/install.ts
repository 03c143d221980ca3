import { InvalidPluginError } from "../../plugins/errors.ts";
import { type Installed, installFromFiles, installFromSource } from "../../plugins/install.ts";
import { parseManifest } from "../../plugins/manifest.ts";
import { fileText } from "../../plugins/plugin-files.ts";
import { type Plugin, pluginsOf } from "../../store/plugins.ts";
import { ApiError } from "../api-error.ts";
import { inspectTelling } from "./inspect-telling.ts";
import { installFromUrl } from "./install-from-url.ts";
import type { FilesUpload, SourceUpload, Upload } from "./plugin-upload.ts";
import type { Call } from "../route.ts";
import { referenced, type Scope } from "../scope.ts";

/**
 * Installs what was uploaded, or fetched from a URL: as a new version of the plugin that it names, or else of the organization's plugin of
 * that name, or else as a new plugin. Throws ApiError and InvalidPluginError.
 */
export async function install(call: Call<null, unknown, Upload>): Promise<Installed> {
  const { scope, body: upload } = call;
  try {
    if (!("url" in upload)) {
      const installed = await installUpload(call, upload);
      call.tell({ stage: "saved" });
      return installed;
    }
    const { url, private_token: privateToken, name } = upload;
    const plugin = upload.plugin_id === undefined ? undefined : await ownPlugin(scope, upload.plugin_id);
    const organizationId = plugin?.organizationId ?? (await scope.organizationFor(upload.organization_id)).id;
    return await installFromUrl(call, { url, privateToken, name, plugin, organizationId });
  } catch (error) {
    if (!(error instanceof InvalidPluginError)) throw error;
    throw ApiError.invalid(error.message, attrOf(upload), "invalid_plugin");
  }
}

function attrOf(upload: Upload): string {
  if ("url" in upload) return "url";
  return upload.files === undefined ? "source" : "files";
}

async function installUpload(
  { env, scope, now, tell }: Call<null, unknown, Upload>,
  upload: SourceUpload | FilesUpload,
): Promise<Installed> {
  const target = upload.plugin_id === undefined ? null : await ownPlugin(scope, upload.plugin_id);
  const organizationId = target?.organizationId ?? (await scope.organizationFor(upload.organization_id)).id;
  const given = upload.name ?? target?.name;
  const inspect = inspectTelling(tell);
  tell({ stage: "compiling" });
  if (upload.files !== undefined) {
    const { name } = parseManifest(fileText(upload.files, "plugin.json"), given).manifest;
    const pluginId = target?.id ?? (await idOfName(scope, organizationId, name));
    const request = {
      organizationId,
      pluginType: "custom" as const,
      files: upload.files,
      ...(given !== undefined && { name: given }),
      ...(upload.tag !== undefined && { tag: upload.tag }),
      ...(pluginId !== undefined && { pluginId }),
    };
    return installFromFiles(env, request, inspect, now);
  }
  if (given === undefined || given.trim() === "")
    throw ApiError.invalid('name is required. Add "name": "My plugin" to the body.', "name", "required");
  const { source, description, config, capabilities } = upload;
  const name = given.trim();
  const pluginId = target?.id ?? (await idOfName(scope, organizationId, name));
  const request = {
    organizationId,
    name,
    source,
    ...(description !== undefined && { description }),
    ...(config !== undefined && { config }),
    ...(capabilities !== undefined && { capabilities }),
    ...(pluginId !== undefined && { pluginId }),
  };
  return installFromSource(env, request, inspect, now);
}

async function ownPlugin(scope: Scope, pluginId: number): Promise<Plugin> {
  return scope.own(await referenced("plugin_id", scope.plugin(pluginId)));
}

async function idOfName({ db }: Scope, organizationId: number, name: string): Promise<number | undefined> {
  const usable = await pluginsOf(db, organizationId);
  const [found, another] = usable.filter((plugin) => plugin.name === name && plugin.organizationId === organizationId);
  if (found !== undefined && another !== undefined)
    throw ApiError.invalid(
      `Several plugins are called "${name}". Say which one with plugin_id.`,
      "plugin_id",
      "required",
    );
  return found?.id;
}
