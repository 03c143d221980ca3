import { z } from "zod";
import { UsageError } from "../../errors.ts";
import { configId, pluginId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand, type ServerContext, show } from "./server-command.ts";

const anything = z.looseObject({ id: z.number() });
const whatever = z.unknown();

/** A change of one config. */
function ofConfig(verb: string, summary: string, fields: object, sentence: (id: number) => string): ServerCommand {
  return {
    usage: `${verb} <config>`,
    summary,
    async run(context) {
      const id = await configId(context, context.args[0] ?? "");
      done(context, await context.client.request("PATCH", `/api/plugin_configs/${id}`, anything, fields), sentence(id));
    },
  };
}

const post = (context: ServerContext, path: string, body: object = {}) =>
  context.client.request("POST", path, anything, body);

/** Commands that change something in one request. */
export const CHANGES: Readonly<Record<string, ServerCommand>> = {
  "add-team": {
    usage: "add-team <name>",
    summary: "add a team with its first project key",
    options: { org: { type: "string" }, "posthog-host": { type: "string" }, key: { type: "string" } },
    help: [
      "--org ID             of which organization",
      "--posthog-host URL   where its events go",
      "--key KEY            its project key at PostHog; one is made without it",
    ],
    async run(context) {
      const { org, key, "posthog-host": host } = context.flags;
      const created = await context.client.request("POST", "/api/teams", anything.extend({ project_key: z.string() }), {
        name: context.args[0],
        ...(org !== undefined && { organization_id: wholeNumber(org, "--org") }),
        ...(host !== undefined && { posthog_host: host }),
        ...(key !== undefined && { project_key: key }),
      });
      done(context, created, `team ${created.id} has the project key ${created.project_key}`);
    },
  },
  "add-org": {
    usage: "add-org <name>",
    summary: "add an organization",
    async run(context) {
      const created = await post(context, "/api/organizations", { name: context.args[0] });
      done(context, created, `organization ${created.id} is there`);
    },
  },
  "add-token": {
    usage: "add-token <label>",
    summary: "make an API token of the team; it is shown once",
    options: { org: { type: "string" }, write: { type: "boolean" } },
    help: [
      "--org ID             of an organization instead",
      "--write              that may change things, not only read",
    ],
    async run(context) {
      const { org, write } = context.flags;
      const owner = org === undefined ? `teams/${context.team}` : `organizations/${String(org)}`;
      const scopes = write === true ? ["read", "write"] : ["read"];
      const body = { label: context.args[0], scopes };
      const made = await context.client.request(
        "POST",
        `/api/${owner}/tokens`,
        anything.extend({ token: z.string() }),
        body,
      );
      done(context, made, made.token);
    },
  },
  "revoke-token": {
    usage: "revoke-token <id>",
    summary: "end a token at once",
    options: { org: { type: "string" } },
    help: ["--org ID             of an organization instead"],
    async run(context) {
      const owner =
        context.flags["org"] === undefined ? `teams/${context.team}` : `organizations/${String(context.flags["org"])}`;
      const path = `/api/${owner}/tokens/${number(context.args[0])}`;
      done(
        context,
        await context.client.request("DELETE", path, anything),
        `token ${String(context.args[0])} is revoked`,
      );
    },
  },
  uninstall: {
    usage: "uninstall <plugin>",
    summary: "remove a plugin with all its configs",
    async run(context) {
      const id = await pluginId(context, context.args[0] ?? "");
      await context.client.request("DELETE", `/api/plugins/${id}`, whatever);
      done(context, null, `plugin ${id} is gone`);
    },
  },
  outdated: {
    usage: "outdated [plugin]",
    summary: "look for newer versions where plugins come from",
    async run(context) {
      const all = await context.client.request(
        "GET",
        "/api/plugins?limit=1000",
        z.object({ results: z.array(anything.extend({ url: z.string().nullable() })) }),
      );
      const [wanted] = context.args;
      const id = wanted === undefined ? undefined : await pluginId(context, wanted);
      const plugins = all.results.filter(
        ({ id: each, url }) => each === id || (id === undefined && url?.startsWith("https://")),
      );
      const checked = await Promise.all(
        plugins.map((plugin) => post(context, `/api/plugins/${plugin.id}/check_for_update`)),
      );
      show(context, checked, ["id", "name", "latest_version.tag", "latest_tag", "update_available"]);
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
      const answer = z.object({ results: z.array(anything) });
      const body = { team_id: context.team, order };
      const { results } = await context.client.request("POST", "/api/plugin_configs/rearrange", answer, body);
      show(context, results, ["order", "id", "name", "plugin_id", "enabled"]);
    },
  },
  rollback: {
    usage: "rollback <config> [version]",
    summary: "go back to the version that ran before, or to a certain one",
    async run(context) {
      const [config = "", version] = context.args;
      const id = await configId(context, config);
      const body = version === undefined ? {} : { plugin_version_id: number(version) };
      const rolled = await context.client.request(
        "POST",
        `/api/plugin_configs/${id}/rollback`,
        anything.extend({ plugin_version_id: z.number() }),
        body,
      );
      done(context, rolled, `plugin config ${id} runs version ${rolled.plugin_version_id} and is pinned there`);
    },
  },
  "retry-setup": {
    usage: "retry-setup <config>",
    summary: "set a plugin up again that had been given up",
    async run(context) {
      const id = await configId(context, context.args[0] ?? "");
      const { error } = await context.client.request(
        "POST",
        `/api/plugin_configs/${id}/retry_setup`,
        z.object({ error: z.string().nullable() }),
      );
      done(context, { error }, error === null ? `plugin config ${id} is set up` : `it still fails: ${error}`);
    },
  },
  compare: {
    usage: "compare <plugin> <from> <to>",
    summary: "what one version changes against another",
    async run(context) {
      const [plugin = "", from, to] = context.args;
      const path = `/api/plugins/${await pluginId(context, plugin)}/compare?from=${number(from)}&to=${number(to)}`;
      const changes = await context.client.request(
        "GET",
        path,
        z.record(z.string(), z.record(z.string(), z.array(z.string()))),
      );
      const rows = Object.entries(changes).flatMap(([what, kinds]) =>
        Object.entries(kinds).flatMap(([change, names]) => names.map((name) => ({ what, change, name }))),
      );
      show(context, context.isJson ? changes : rows, ["what", "change", "name"]);
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
      const [kind, target] = context.args;
      if (context.flags["reason"] === undefined) throw new UsageError("say why: --reason TEXT");
      const body = {
        kind,
        reason: context.flags["reason"],
        ...(target !== undefined && { target_id: number(target) }),
      };
      const made = await post(context, "/api/kill_switches", body);
      done(context, made, `stopped; hoglet unkill ${made.id} lets it run again`);
    },
  },
  unkill: {
    usage: "unkill <id>",
    summary: "let run again what was stopped",
    async run(context) {
      await context.client.request("DELETE", `/api/kill_switches/${number(context.args[0])}`, whatever);
      done(context, null, "it runs again");
    },
  },
  ledger: {
    usage: "ledger",
    summary: "how many events came in, and what became of them",
    async run(context) {
      const ledger = await context.client.request("GET", `/api/teams/${context.team}/ledger`, z.looseObject({}));
      show(context, ledger, [
        "accepted",
        "created",
        "delivered",
        "dropped",
        "dead",
        "in_flight.inbox",
        "in_flight.outbox",
        "rejected",
        "closes",
      ]);
    },
  },
};

const number = (text: string | undefined): number => wholeNumber(text, "an id");
