import { z } from "zod";
import { readArchive } from "../../plugins/archive/read-archive.ts";
import { InvalidPluginError } from "../../plugins/errors.ts";
import type { PluginFiles } from "../../plugins/plugin-files.ts";
import { isToken } from "../../plugins/sources/place.ts";
import { ApiError } from "../api-error.ts";
import { type BodyReader, parseJson, readApiBody } from "../body.ts";
import { id, parse } from "../parse.ts";

const options = {
  /** Whose plugin it is to be; the operator's alone to say. */
  organization_id: id.exactOptional(),
  /** The plugin that gets a new version; without it the organization's plugin of the same name does. */
  plugin_id: id.exactOptional(),
  name: z.string().exactOptional(),
  /** Whether the configs of the plugin move to the new version. */
  update_configs: z.boolean().default(true),
};
const sourceUpload = z.strictObject({
  ...options,
  source: z.string(),
  description: z.string().exactOptional(),
  config: z.unknown().exactOptional(),
  capabilities: z.unknown().exactOptional(),
});
/** Opens what is private. */
export const tokenField = z
  .string()
  .refine(isToken, { error: "must be a token: copy it again, without what is around it" })
  .meta({ description: "Opens it when it is private. Kept encrypted, never shown." });

const urlUpload = z.strictObject({
  ...options,
  url: z
    .string()
    .min(1)
    .meta({ description: "An npm package, or a repository on GitHub or GitLab, as npm or their pages name it." }),
  private_token: tokenField.exactOptional(),
});
const filesOptions = z.strictObject({ ...options, tag: z.string().min(1).max(200).exactOptional() });
const filesUpload = filesOptions.extend({ files: z.record(z.string(), z.string()) });

const uploadForm = filesOptions
  .extend({ archive: z.string().exactOptional().meta({ format: "binary", description: "A .zip or .tgz" }) })
  .catchall(z.string())
  .meta({ description: "The files are parts whose filename is their path in the plugin." });

/** One file's code, with what its plugin.json would say. */
export type SourceUpload = z.infer<typeof sourceUpload> & { files?: undefined };
/** A place to fetch a plugin from. */
export type UrlUpload = z.infer<typeof urlUpload> & { files?: undefined };
/** All files of a plugin. */
export type FilesUpload = z.infer<typeof filesOptions> & { files: PluginFiles };

/** Fields of a form that are no text. */
const JSON_FIELDS = new Set(["organization_id", "plugin_id", "update_configs"]);

/** The part of a form that holds all files of a plugin packed together. */
const ARCHIVE = "archive";

export type Upload = UrlUpload | SourceUpload | FilesUpload;

/** A body that a plugin comes in, or that says where it is. */
export const uploadBody = {
  content: { "application/json": z.union([urlUpload, sourceUpload, filesUpload]), "multipart/form-data": uploadForm },
  read: readUpload,
} satisfies BodyReader<Upload>;

async function readUpload(request: Request): Promise<Upload> {
  const { json, form } = await readApiBody(request);
  if (form !== undefined) return readForm(form);
  if (typeof json !== "object" || json === null || !("files" in json))
    return typeof json === "object" && json !== null && "url" in json
      ? parse(urlUpload, json)
      : parse(sourceUpload, json);
  const { files, ...given } = parse(filesUpload, json);
  const encoder = new TextEncoder();
  const bytes = Object.entries(files).map(([path, text]) => [path, encoder.encode(text)] as const);
  return { ...given, files: Object.fromEntries(bytes) };
}

async function filesOf(archive: Uint8Array): Promise<PluginFiles> {
  try {
    return await readArchive(archive);
  } catch (error) {
    throw error instanceof InvalidPluginError ? ApiError.invalid(error.message, ARCHIVE, "invalid_plugin") : error;
  }
}

async function readForm(form: FormData): Promise<FilesUpload> {
  const files = new Map<string, Uint8Array>();
  let archive: Uint8Array | undefined;
  const fields = new Map<string, unknown>();
  for (const [name, value] of form) {
    if (typeof value === "string") {
      fields.set(name, JSON_FIELDS.has(name) ? parseJson(value, name) : value);
    } else if (name === ARCHIVE) {
      if (archive) throw ApiError.invalid("There are two archives.", ARCHIVE);
      archive = new Uint8Array(await value.arrayBuffer());
    } else if (files.has(value.name)) {
      throw ApiError.invalid(`There are two files called ${value.name}.`, name);
    } else {
      files.set(value.name, new Uint8Array(await value.arrayBuffer()));
    }
  }
  const options = parse(filesOptions, Object.fromEntries(fields));
  if (archive && files.size > 0)
    throw ApiError.invalid("The form has an archive and files. Send one of them.", ARCHIVE);
  if (archive) return { ...options, files: await filesOf(archive) };
  if (files.size === 0)
    throw ApiError.invalid(
      `The form has no files. Send each as a part whose filename is its path in the plugin, or a .zip or .tgz of all as the part "${ARCHIVE}".`,
      "files",
      "required",
    );
  return { ...options, files: Object.fromEntries(files) };
}
