import { existsSync } from "node:fs";
import { z } from "zod";
import { configBody } from "../../api-client.ts";
import { flagAttachments, type FileAttachment } from "../../case/attachments.ts";
import { ApiError, UsageError } from "../../errors.ts";
import type { Prompts } from "../../prompts.ts";
import { findConfigId, pluginId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand, type ServerContext } from "./server-command.ts";

const pairs = z.array(z.union([z.tuple([z.string(), z.string()]), z.tuple([z.string()])]));
const field = z.looseObject({
  key: z.string().optional(),
  type: z.enum(["string", "attachment", "choice", "json"]).optional(),
  name: z.string().optional(),
  hint: z.string().optional(),
  markdown: z.string().optional(),
  default: z.string().optional(),
  choices: z.array(z.string()).optional(),
  required: z.boolean().optional(),
  required_if: pairs.optional(),
  visible_if: pairs.optional(),
  secret: z.boolean().optional(),
});
type Field = z.infer<typeof field>;
const plugin = z.looseObject({
  id: z.number(),
  name: z.string(),
  config_schema: z.array(field),
  declared_capabilities: z.record(z.string(), z.unknown()).nullable(),
});
const config = z.looseObject({
  id: z.number(),
  plugin_id: z.number(),
  enabled: z.boolean(),
  config: z.record(z.string(), z.unknown()),
});
type Config = z.infer<typeof config>;

/** What was entered so far. */
interface Entered {
  values: Record<string, unknown>;
  /** Keys whose values and files are taken away. */
  unset: ReadonlySet<string>;
  files: Map<string, FileAttachment>;
}

/** Entering a plugin's config. */
export const CONFIGURES: Readonly<Record<string, ServerCommand>> = {
  configure: {
    usage: "configure <plugin|config>",
    summary: "enter a plugin's config, field by field, and make it live",
    options: {
      set: { type: "string", multiple: true, default: [] },
      attach: { type: "string", multiple: true, default: [] },
      unset: { type: "string", multiple: true, default: [] },
      new: { type: "boolean" },
      version: { type: "string" },
      "on-error": { type: "string" },
      "skip-setup": { type: "boolean" },
    },
    help: [
      "--set KEY=VALUE      a value, without being asked; may be given again",
      "--attach KEY=PATH    a file, the same",
      "--unset KEY          without the value or file that it has, the same",
      "--new                another config of a plugin that has one",
      "--version ID         another version of the plugin",
      "--on-error POLICY    pass, hold or drop",
      "--skip-setup         save what the plugin cannot be set up with, too",
    ],
    async run(context) {
      const target = await targetOf(context);
      const { found, existing } = target;
      const { flags, terminal } = context;
      const given = await givenIn(flags);
      const isAsked = given === undefined;
      const prompts = isAsked ? terminal.prompts() : undefined;
      if (isAsked && !prompts)
        throw new UsageError(
          "there is nobody to ask: give --set KEY=VALUE and --attach KEY=PATH, or run it on a terminal",
        );
      const entered = given ?? { values: {}, unset: new Set<string>(), files: new Map<string, FileAttachment>() };
      if (prompts) await askAll(prompts, found.config_schema, existing, entered);
      for (;;) {
        try {
          const saved = await save(context, target, entered);
          return done(context, saved, `plugin config ${saved.id} of team ${context.team} is live`);
        } catch (error) {
          if (!(error instanceof ApiError) || !prompts || !error.attr?.startsWith("config")) throw error;
          terminal.complain(error.message);
          await askAgain(prompts, found.config_schema, existing, entered, error.attr);
        }
      }
    },
  },
};

async function targetOf(
  context: ServerContext,
): Promise<{ found: z.infer<typeof plugin>; existing: Config | undefined }> {
  const { client, team, args, flags } = context;
  const [name = ""] = args;
  const pluginOf = (id: number) => client.request("GET", `/api/plugins/${id}`, plugin);
  const existingId = flags["new"] === true ? undefined : await findConfigId(context, name);
  if (existingId !== undefined) {
    const existing = await client
      .request("GET", `/api/plugin_configs/${existingId}`, config)
      .catch((error: unknown) => {
        // A number may be a plugin's as well.
        if (error instanceof ApiError && /^\d+$/.test(name)) return undefined;
        throw error;
      });
    if (existing) return { found: await pluginOf(existing.plugin_id), existing };
  }
  const found = await pluginOf(await pluginId(context, name));
  const configs = z.object({ results: z.array(config) });
  const { results } = await client.request("GET", `/api/plugin_configs?team_id=${team}&limit=1000`, configs);
  return { found, existing: flags["new"] === true ? undefined : results.find((each) => each.plugin_id === found.id) };
}

async function givenIn(flags: ServerContext["flags"]): Promise<Entered | undefined> {
  const [sets, files, unset] = [flags["set"], flags["attach"], flags["unset"]] as [string[], string[], string[]];
  if (
    sets.length + files.length + unset.length === 0 &&
    flags["version"] === undefined &&
    flags["on-error"] === undefined
  )
    return undefined;
  const values = sets.map((each) => {
    const at = each.indexOf("=");
    if (at < 1) throw new UsageError(`--set ${each} must be KEY=VALUE`);
    return [each.slice(0, at), each.slice(at + 1)] as const;
  });
  const attachments = await flagAttachments(files, ".");
  return {
    values: Object.fromEntries(values),
    unset: new Set(unset),
    files: new Map(attachments.map((file) => [file.key, file])),
  };
}

async function save(
  { client, team, flags }: ServerContext,
  { found, existing }: { found: z.infer<typeof plugin>; existing: Config | undefined },
  { values, unset, files }: Entered,
): Promise<Config> {
  const isValues = Object.keys(values).length + unset.size > 0;
  const kept = Object.entries({ ...existing?.config, ...values }).filter(([key]) => !unset.has(key));
  const fields = {
    enabled: true,
    ...((isValues || !existing) && { config: Object.fromEntries(kept) }),
    ...(flags["version"] !== undefined && { plugin_version_id: wholeNumber(flags["version"], "--version") }),
    ...(flags["on-error"] !== undefined && { on_error: flags["on-error"] }),
    ...(flags["skip-setup"] === true && { skip_setup: true }),
    ...(!existing && { team_id: team, plugin_id: found.id }),
  };
  const isFile = (key: string) => found.config_schema.some((each) => each.key === key && each.type === "attachment");
  const body = configBody(fields, [...files.values()], [...unset].filter(isFile));
  return existing
    ? client.request("PATCH", `/api/plugin_configs/${existing.id}`, config, body)
    : client.request("POST", "/api/plugin_configs", config, body);
}

async function askAll(
  prompts: Prompts,
  fields: readonly Field[],
  existing: Config | undefined,
  entered: Entered,
): Promise<void> {
  for (const each of fields) await ask(prompts, each, existing, entered);
}

/** Asks for the field that was wrong, or for all when it was none in particular. */
async function askAgain(
  prompts: Prompts,
  fields: readonly Field[],
  existing: Config | undefined,
  entered: Entered,
  attr: string,
): Promise<void> {
  const wrong = fields.filter(({ key }) => attr === `config__${key ?? ""}`);
  await askAll(prompts, wrong.length > 0 ? wrong : fields, existing, entered);
}

async function ask(prompts: Prompts, asked: Field, existing: Config | undefined, entered: Entered): Promise<void> {
  const { key, type, choices = [] } = asked;
  if (key === undefined || type === undefined) return;
  const holds = ([other, wanted]: readonly [string, string?]): boolean => {
    const value = entered.files.has(other) || (entered.values[other] ?? existing?.config[other] ?? "");
    return wanted === undefined ? Boolean(value) : value === wanted;
  };
  if (!(asked.visible_if ?? []).every(holds)) return;
  const isRequired = asked.required === true || (!!asked.required_if?.length && asked.required_if.every(holds));
  const before = entered.values[key] ?? existing?.config[key];
  const initial = typeof before === "string" ? before : asked.default;
  const question = [asked.name ?? key, isRequired ? "(required)" : "", asked.hint ? `- ${asked.hint}` : ""]
    .filter(Boolean)
    .join(" ");
  if (type === "attachment") {
    const path = await prompts.text(`${question}: path of the file${before === undefined ? "" : " (empty keeps it)"}`, {
      check: (answer) => fileProblem(answer, isRequired && before === undefined),
    });
    const [file] = path === "" ? [] : await flagAttachments([`${key}=${path}`], ".");
    if (file) entered.files.set(key, file);
  } else if (type === "choice" && choices.length > 0)
    entered.values[key] = await prompts.choice(question, choices, initial);
  else if (asked.secret) {
    const secret = await prompts.secret(`${question}${before ? " (empty keeps it)" : ""}`);
    if (secret !== "" || !before) entered.values[key] = secret;
  } else
    entered.values[key] = await prompts.text(question, {
      initial,
      check: (answer) => textProblem(answer, isRequired, type === "json"),
    });
}

function textProblem(answer: string, isRequired: boolean, isJson: boolean): string | undefined {
  if (answer === "") return isRequired ? "it is required" : undefined;
  if (!isJson) return undefined;
  try {
    JSON.parse(answer);
    return undefined;
  } catch (error) {
    return `it must be JSON: ${(error as Error).message}`;
  }
}

function fileProblem(answer: string, isRequired: boolean): string | undefined {
  if (answer === "") return isRequired ? "it is required" : undefined;
  return existsSync(answer) ? undefined : `there is no file ${answer}`;
}
