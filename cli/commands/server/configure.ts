import { askFields, type Asking } from "../../configure/ask-fields.ts";
import { askGrants } from "../../configure/ask-grants.ts";
import { Form } from "../../configure/form.ts";
import { fieldOf, withFlags } from "../../configure/wrong-fields.ts";
import { flagAttachments } from "../../case/attachments.ts";
import { ApiError, UsageError } from "../../errors.ts";
import type { Answer } from "../../server/api.ts";
import { configBody } from "../../server/config-body.ts";
import { findConfigId, pluginId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand, type ServerContext } from "./server-command.ts";

type Plugin = Answer<"GET", "/api/plugins/{id}">;
type Config = Answer<"GET", "/api/plugin_configs/{id}">;

/** What is configured: a plugin, and the config that it has, if it is that one. */
interface Target {
  plugin: Plugin;
  existing: Config | undefined;
}

/** Entering a plugin's config. */
export const CONFIGURES: Readonly<Record<string, ServerCommand>> = {
  configure: {
    usage: "configure <plugin|config>",
    summary: "enter a plugin's config, field by field, say what it may use, and make it live",
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
      "On a terminal it asks, unless --set, --attach, --unset, --version or --on-error says what to change.",
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
      const form = new Form(target.plugin.config_schema, target.existing?.config);
      const asking = (await enterFlags(context, form)) ? undefined : askingOn(context);
      if (asking) {
        asking.say(titleOf(target, context.team));
        await askAll(asking, form, target);
      }
      const saved = await save(context, target, form, asking);
      done(context, saved, `${target.plugin.name} is live as plugin config ${saved.id} of team ${context.team}`);
    },
  },
};

function askingOn({ terminal }: ServerContext): Asking | undefined {
  const prompts = terminal.prompts();
  return prompts && { prompts, say: (text) => terminal.complain(text) };
}

/** What is configured, which a number alone does not say. */
function titleOf({ plugin, existing }: Target, team: number): string {
  return existing
    ? `${plugin.name}, plugin config ${existing.id} of team ${team}`
    : `${plugin.name}, for team ${team}, where it is not configured yet`;
}

async function askAll(asking: Asking, form: Form, { plugin, existing }: Target): Promise<void> {
  await askFields(asking, form);
  form.grants = await askGrants(asking, plugin, form.grants ?? existing?.grants ?? null);
}

/** Saves what was entered; as long as somebody can be asked, and the server finds it wrong, that is asked for again. */
async function save(context: ServerContext, target: Target, form: Form, asking: Asking | undefined): Promise<Config> {
  for (;;) {
    try {
      return await send(context, target, form);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!asking) throw withFlags(error, target.plugin.config_schema);
      const wrong = error.errors.map(fieldOf);
      if (wrong.length === 0 || wrong.includes(undefined)) throw error;
      for (const { detail } of error.errors) context.terminal.complain(detail);
      const keys = new Set(wrong.filter((key) => key !== undefined));
      // It was none in particular, but the plugin's own setup that failed.
      if (keys.has("")) await askAll(asking, form, target);
      else await askFields(asking, form, keys);
    }
  }
}

async function targetOf(context: ServerContext): Promise<Target> {
  const { client, team, args, flags } = context;
  const [name = ""] = args;
  const pluginOf = (id: number): Promise<Plugin> => client.request("GET", "/api/plugins/{id}", { params: { id } });
  const existingId = flags["new"] === true ? undefined : await findConfigId(context, name);
  if (existingId !== undefined) {
    const existing = await client
      .request("GET", "/api/plugin_configs/{id}", { params: { id: existingId } })
      .catch((error: unknown) => {
        // A number may be a plugin's as well.
        if (error instanceof ApiError && /^\d+$/.test(name)) return undefined;
        throw error;
      });
    if (existing) return { plugin: await pluginOf(existing.plugin_id), existing };
  }
  const plugin = await pluginOf(await pluginId(context, name));
  if (flags["new"] === true) return { plugin, existing: undefined };
  const configs = await client.list("/api/plugin_configs", { query: { team_id: team } });
  return { plugin, existing: configs.find((each) => each.plugin_id === plugin.id) };
}

/** Enters what the command line says. @returns whether it says anything */
async function enterFlags({ flags }: ServerContext, form: Form): Promise<boolean> {
  const [sets, files, unset] = [flags["set"], flags["attach"], flags["unset"]] as [string[], string[], string[]];
  for (const each of sets) {
    const at = each.indexOf("=");
    if (at < 1) throw new UsageError(`--set ${each} must be KEY=VALUE`);
    form.values.set(each.slice(0, at), each.slice(at + 1));
  }
  for (const file of await flagAttachments(files, ".")) form.files.set(file.key, file);
  for (const key of unset) form.unset.add(key);
  const isEntered = sets.length + files.length + unset.length > 0;
  return isEntered || flags["version"] !== undefined || flags["on-error"] !== undefined;
}

function send({ client, team, flags }: ServerContext, { plugin, existing }: Target, form: Form): Promise<Config> {
  const { "on-error": onError, version } = flags;
  const changes = {
    enabled: true,
    ...(form.allValues && { config: form.allValues }),
    ...(form.grants && { grants: form.grants }),
    ...(version !== undefined && { plugin_version_id: wholeNumber(version, "--version") }),
    ...(typeof onError === "string" && { on_error: onError }),
    ...(flags["skip-setup"] === true && { skip_setup: true }),
  };
  const bodyOf = <Fields extends object>(fields: Fields) =>
    configBody(fields, [...form.files.values()], form.unsetFiles);
  if (!existing) {
    const body = bodyOf({ team_id: team, plugin_id: plugin.id, ...changes });
    return client.request("POST", "/api/plugin_configs", { body });
  }
  const params = { id: existing.id };
  return client.request("PATCH", "/api/plugin_configs/{id}", { params, body: bodyOf(changes) });
}
