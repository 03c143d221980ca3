import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { UsageError } from "../../errors.ts";
import type { Sent } from "../../server/api.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { installing } from "./installing.ts";
import { done, type ServerCommand } from "./server-command.ts";

/** What is meant as a path: it begins like one, or ends like a file that can be installed. */
const PATH = /^(?:\.{0,2}[\\/]|~|[a-z]:\\)|^(?!https?:).*\.(?:tgz|tar\.gz|zip|[cm]?[jt]sx?)$/i;

type InstallBody = Sent<"POST", "/api/plugins">["body"];

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
      const { plugin, sentence } = await installing(context, context.client.stream("POST", "/api/plugins", { body }));
      done(context, plugin, sentence);
      if (!context.isJson)
        context.terminal.complain(`where it is not configured yet, hoglet configure "${plugin.name}" makes it live`);
    },
  },
};

async function localBody(path: string, options: { name?: string; organization_id?: number }): Promise<InstallBody> {
  const bytes = await readFile(path);
  const isArchive = (bytes[0] === 0x50 && bytes[1] === 0x4b) || (bytes[0] === 0x1f && bytes[1] === 0x8b);
  if (!isArchive) return { name: basename(path).replace(/\.[^.]+$/, ""), ...options, source: bytes.toString("utf8") };
  const form = new FormData();
  for (const [name, value] of Object.entries(options)) form.set(name, String(value));
  form.set("archive", new File([new Uint8Array(bytes)], basename(path)));
  return form;
}
