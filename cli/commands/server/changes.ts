import { UsageError } from "../../errors.ts";
import { configId, pluginId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand } from "./server-command.ts";
import { showConfigs } from "./show-configs.ts";

/** A change of one config. */
function ofConfig(
  verb: string,
  summary: string,
  body: { enabled: boolean } | { pinned: boolean },
  sentence: (id: number) => string,
): ServerCommand {
  return {
    usage: `${verb} <config>`,
    summary,
    async run(context) {
      const id = await configId(context, context.args[0] ?? "");
      const changed = await context.client.request("PATCH", "/api/plugin_configs/{id}", { params: { id }, body });
      done(context, changed, sentence(id));
    },
  };
}

/** Commands that change how plugins run, in one request. */
export const CHANGES: Readonly<Record<string, ServerCommand>> = {
  uninstall: {
    usage: "uninstall <plugin>",
    summary: "remove a plugin with all its configs",
    async run(context) {
      const id = await pluginId(context, context.args[0] ?? "");
      done(
        context,
        await context.client.request("DELETE", "/api/plugins/{id}", { params: { id } }),
        `plugin ${id} is gone`,
      );
    },
  },
  enable: ofConfig("enable", "switch a config on", { enabled: true }, (id) => `plugin config ${id} is live`),
  disable: ofConfig("disable", "switch a config off", { enabled: false }, (id) => `plugin config ${id} is off`),
  pin: ofConfig(
    "pin",
    "keep a config at its version",
    { pinned: true },
    (id) => `plugin config ${id} stays at its version`,
  ),
  unpin: ofConfig(
    "unpin",
    "let a config move with the others",
    { pinned: false },
    (id) => `plugin config ${id} moves with the others`,
  ),
  order: {
    usage: "order <config...>",
    summary: "put configs first, in this order",
    async run(context) {
      const order = await Promise.all(context.args.map((arg) => configId(context, arg)));
      const body = { team_id: context.team, order };
      const { results } = await context.client.request("POST", "/api/plugin_configs/rearrange", { body });
      await showConfigs(context, results);
    },
  },
  "retry-setup": {
    usage: "retry-setup <config>",
    summary: "set a plugin up again that had been given up",
    async run(context) {
      const id = await configId(context, context.args[0] ?? "");
      const path = "/api/plugin_configs/{id}/retry_setup";
      const { error } = await context.client.request("POST", path, { params: { id } });
      done(context, { error }, error === null ? `plugin config ${id} is set up` : `it still fails: ${error}`);
    },
  },
  kill: {
    usage: "kill <kind> [id]",
    summary: "stop plugins at once; their events go the way of on_error",
    options: { reason: { type: "string" } },
    help: [
      "KIND is everything, team, config or version.",
      "--reason TEXT        why; it is shown wherever the plugins are missed",
    ],
    async run(context) {
      const [kind = "", target] = context.args;
      const { reason } = context.flags;
      if (typeof reason !== "string") throw new UsageError("say why: --reason TEXT");
      const body = { kind, reason, ...(target !== undefined && { target_id: wholeNumber(target, "an id") }) };
      const made = await context.client.request("POST", "/api/kill_switches", { body });
      done(context, made, `stopped; hoglet unkill ${made.id} lets it run again`);
    },
  },
  unkill: {
    usage: "unkill <id>",
    summary: "let run again what was stopped",
    async run(context) {
      const id = wholeNumber(context.args[0], "an id");
      done(
        context,
        await context.client.request("DELETE", "/api/kill_switches/{id}", { params: { id } }),
        "it runs again",
      );
    },
  },
};
