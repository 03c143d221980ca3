import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { ApiError, UsageError } from "../../errors.ts";
import { refusalIn } from "../../server/client.ts";
import { pluginId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand, type ServerContext } from "./server-command.ts";

const installed = z.looseObject({
  id: z.number(),
  name: z.string(),
  latest_version: z.object({ id: z.number(), tag: z.string().nullable(), hash: z.string() }),
  warnings: z.array(z.string()),
});

/** Bringing plugins to a server. */
export const INSTALLS: Readonly<Record<string, ServerCommand>> = {
  install: {
    usage: "install <source>",
    summary: "install a plugin from npm, GitHub, GitLab, an archive or a file",
    options: { name: { type: "string" }, "private-token": { type: "string" }, org: { type: "string" } },
    help: [
      "SOURCE is @scope/name[@version], a page of npm, GitHub or GitLab, or a path. hoglet configure makes it live.",
      "--private-token T    opens a private package or repository; kept encrypted",
      "--name NAME          for code that has no plugin.json",
      "--org ID             for which organization",
    ],
    async run(context) {
      const [source = ""] = context.args;
      const { name, org, "private-token": token } = context.flags;
      const options = {
        ...(name !== undefined && { name }),
        ...(org !== undefined && { organization_id: wholeNumber(org, "--org") }),
      };
      const isHere = await stat(source).catch(() => undefined);
      if (isHere?.isDirectory())
        throw new UsageError(`${source} is a folder: hoglet push ${source} installs it and makes it live`);
      const body = isHere
        ? await localBody(source, options)
        : { url: source, ...options, ...(token !== undefined && { private_token: token }) };
      await installing(context, "/api/plugins", body);
    },
  },
  upgrade: {
    usage: "upgrade <plugin> [version]",
    summary: "install the newest version, or a certain one, from where the plugin comes from",
    options: { "update-configs": { type: "boolean" } },
    help: ["--update-configs     move the plugin's configs to it; else hoglet configure does, one by one"],
    async run(context) {
      const [plugin = "", tag] = context.args;
      const body = { update_configs: context.flags["update-configs"] === true, ...(tag !== undefined && { tag }) };
      await installing(context, `/api/plugins/${await pluginId(context, plugin)}/upgrade`, body);
    },
  },
};

async function installing(context: ServerContext, path: string, body: object): Promise<void> {
  const { client, terminal, isJson } = context;
  for await (const { name, data } of client.stream("POST", path, { body })) {
    if (name === "problem") throw refusalIn(data);
    if (name === "progress" && !isJson) terminal.complain(progressOf(data));
    if (name !== "result") continue;
    const plugin = installed.parse(data);
    for (const warning of plugin.warnings) terminal.complain(`warning: ${warning}`);
    const { tag, hash } = plugin.latest_version;
    return done(context, data, `installed ${plugin.name} (plugin ${plugin.id}) as ${tag || hash.slice(0, 12)}`);
  }
  throw new ApiError("the server broke off before it said whether the plugin is installed: hoglet plugins shows it");
}

function progressOf(data: unknown): string {
  const { stage, bytes, total } = data as { stage: string; bytes?: number; total?: number };
  if (bytes === undefined) return stage;
  return `${stage} ${kib(bytes)}${total === undefined ? "" : ` of ${kib(total)}`} KiB`;
}

const kib = (bytes: number): number => Math.ceil(bytes / 1024);

async function localBody(path: string, options: Record<string, unknown>): Promise<object> {
  const bytes = await readFile(path);
  const isArchive = (bytes[0] === 0x50 && bytes[1] === 0x4b) || (bytes[0] === 0x1f && bytes[1] === 0x8b);
  if (!isArchive) return { name: basename(path).replace(/\.[^.]+$/, ""), ...options, source: bytes.toString("utf8") };
  const form = new FormData();
  for (const [name, value] of Object.entries(options)) form.set(name, String(value));
  form.set("archive", new File([new Uint8Array(bytes)], basename(path)));
  return form;
}
