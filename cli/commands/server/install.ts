import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { ApiError, UsageError } from "../../errors.ts";
import type { Answer, Progress, Sent } from "../../server/api.ts";
import type { Step } from "../../server/client.ts";
import { pluginId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand, type ServerContext } from "./server-command.ts";

/** What is meant as a path: it begins like one, or ends like a file that can be installed. */
const PATH = /^(?:\.{0,2}[\\/]|~|[a-z]:\\)|^(?!https?:).*\.(?:tgz|tar\.gz|zip|[cm]?[jt]sx?)$/i;

type InstallBody = Sent<"POST", "/api/plugins">["body"];
type Installed = Answer<"POST", "/api/plugins">;

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
        ...(typeof name === "string" && { name }),
        ...(org !== undefined && { organization_id: wholeNumber(org, "--org") }),
      };
      const isHere = await stat(source).catch(() => undefined);
      if (isHere?.isDirectory())
        throw new UsageError(`${source} is a folder: hoglet push ${source} installs it and makes it live`);
      if (!isHere && PATH.test(source)) throw new UsageError(`there is no file ${source}`);
      const body = isHere
        ? await localBody(source, options)
        : { url: source, ...options, ...(typeof token === "string" && { private_token: token }) };
      const { name: plugin } = await installing(context, context.client.stream("POST", "/api/plugins", { body }));
      if (!context.isJson)
        context.terminal.complain(`where it is not configured yet, hoglet configure "${plugin}" makes it live`);
    },
  },
  upgrade: {
    usage: "upgrade <plugin> [version]",
    summary: "install the newest version, or a certain one, from where the plugin comes from",
    options: { "update-configs": { type: "boolean" } },
    help: ["--update-configs     move the plugin's configs to it; else hoglet configure does, one by one"],
    async run(context) {
      const [plugin = "", tag] = context.args;
      const movesConfigs = context.flags["update-configs"] === true;
      const body = { update_configs: movesConfigs, ...(tag !== undefined && { tag }) };
      const params = { id: await pluginId(context, plugin) };
      const steps = context.client.stream("POST", "/api/plugins/{id}/upgrade", { params, body });
      const { name, latest_version: version } = await installing(context, steps);
      if (!context.isJson && !movesConfigs)
        context.terminal.complain(
          `its configs stay where they are; hoglet configure "${name}" --version ${version.id} moves one`,
        );
    },
  },
};

/** Shows the steps of an installation. @returns what was installed. Throws ApiError when there is no result. */
async function installing(context: ServerContext, steps: AsyncIterable<Step<Installed>>): Promise<Installed> {
  const { terminal, isJson } = context;
  for await (const step of steps) {
    if (step.name === "progress") {
      if (!isJson) terminal.complain(progressOf(step.data));
      continue;
    }
    const { data: plugin } = step;
    for (const warning of plugin.warnings) terminal.complain(`warning: ${warning}`);
    const { tag, hash } = plugin.latest_version;
    done(context, plugin, `installed ${plugin.name} (plugin ${plugin.id}) as ${tag || hash.slice(0, 12)}`);
    return plugin;
  }
  throw new ApiError("the server broke off before it said whether the plugin is installed: hoglet plugins shows it");
}

function progressOf({ stage, bytes, total }: Progress): string {
  if (bytes === undefined) return stage;
  return `${stage} ${kib(bytes)}${total === undefined ? "" : ` of ${kib(total)}`} KiB`;
}

const kib = (bytes: number): number => Math.ceil(bytes / 1024);

async function localBody(path: string, options: { name?: string; organization_id?: number }): Promise<InstallBody> {
  const bytes = await readFile(path);
  const isArchive = (bytes[0] === 0x50 && bytes[1] === 0x4b) || (bytes[0] === 0x1f && bytes[1] === 0x8b);
  if (!isArchive) return { name: basename(path).replace(/\.[^.]+$/, ""), ...options, source: bytes.toString("utf8") };
  const form = new FormData();
  for (const [name, value] of Object.entries(options)) form.set(name, String(value));
  form.set("archive", new File([new Uint8Array(bytes)], basename(path)));
  return form;
}
