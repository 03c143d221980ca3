import { UsageError } from "../../errors.ts";
import { takeGrantFlags } from "../../grants.ts";
import { configId } from "../../server/names.ts";
import { done, type ServerCommand, show } from "./server-command.ts";

/** What a config's plugin may use. */
export const GRANTS: Readonly<Record<string, ServerCommand>> = {
  grant: {
    usage: "grant <config> [capability...]",
    summary: "show or set what a config's plugin may use",
    options: { none: { type: "boolean" }, declared: { type: "boolean" } },
    help: [
      "CAPABILITY is a name such as cache, or fetch=api.example.com,*.example.org. What is not named is not granted.",
      "--none               grant nothing",
      "--declared           go back to what plugin.json declares",
    ],
    async run(context) {
      const [name = "", ...wanted] = context.args;
      const { none, declared } = context.flags;
      if ([wanted.length > 0, none, declared].filter(Boolean).length > 1)
        throw new UsageError("name capabilities, or give --none or --declared: one of the three");
      const path = "/api/plugin_configs/{id}";
      const params = { id: await configId(context, name) };
      const isChange = wanted.length > 0 || none === true || declared === true;
      const grants = declared === true ? null : grantsOf(wanted);
      const found = isChange
        ? await context.client.request("PATCH", path, { params, body: { grants } })
        : await context.client.request("GET", path, { params });
      if (found.grants === null)
        return done(context, null, `plugin config ${found.id} has what its plugin.json declares`);
      const rows = Object.entries(found.grants).map(([capability, granted]) => ({ capability, granted }));
      show(context, rows, ["capability", "granted"], found.grants);
    },
  },
};

function grantsOf(wanted: readonly string[]): Record<string, boolean | string[]> {
  try {
    const { flags, rest } = takeGrantFlags(wanted.map((each) => `--allow-${each}`));
    if (rest.length > 0) throw new UsageError(`${rest.join(", ")} is no capability`);
    return Object.fromEntries(flags.allow);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(error.message.replaceAll("--allow-", "")) : error;
  }
}
