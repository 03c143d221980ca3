import { z } from "zod";
import { configId, pluginId } from "../../server/names.ts";
import { listAll } from "../../server/lists.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { type ServerCommand, type ServerContext, show } from "./server-command.ts";

const anything = z.looseObject({});
const LIMIT = { limit: { type: "string", default: "50" } } as const;
const LIMIT_HELP = ["--limit N            the most that are shown (50)"];

/** A list of the API as a table. */
function list(
  usage: string,
  summary: string,
  columns: readonly string[],
  path: (context: ServerContext) => string | Promise<string>,
  more: Pick<ServerCommand, "options" | "help"> = {},
): ServerCommand {
  return {
    usage,
    summary,
    options: { ...LIMIT, ...more.options },
    help: [...LIMIT_HELP, ...(more.help ?? [])],
    async run(context) {
      const limit = wholeNumber(context.flags["limit"], "--limit");
      show(context, await listAll(context.client, await path(context), anything, limit), columns);
    },
  };
}

const ofTeam =
  (path: string) =>
  ({ team, flags }: ServerContext) =>
    `${path}?team_id=${team}&limit=${Math.max(1, Math.min(wholeNumber(flags["limit"], "--limit"), 1000))}`;

/** Commands that show what a server has. */
export const LISTS: Readonly<Record<string, ServerCommand>> = {
  orgs: list("orgs", "organizations", ["id", "name", "created_at"], () => "/api/organizations"),
  teams: list(
    "teams",
    "teams, and where their events go",
    ["id", "name", "organization_id", "posthog_host", "shards"],
    () => "/api/teams",
  ),
  keys: list(
    "keys",
    "project keys of the team",
    ["id", "key", "label", "revoked_at"],
    ({ team }) => `/api/teams/${team}/project_keys`,
  ),
  tokens: list(
    "tokens",
    "API tokens of the team",
    ["id", "label", "scopes", "last_used_at", "revoked_at"],
    ({ team, flags }) =>
      flags["org"] === undefined ? `/api/teams/${team}/tokens` : `/api/organizations/${String(flags["org"])}/tokens`,
    { options: { org: { type: "string" } }, help: ["--org ID             those of an organization instead"] },
  ),
  plugins: list(
    "plugins",
    "installed plugins",
    ["id", "name", "latest_version.tag", "update_available", "plugin_type", "url"],
    () => "/api/plugins",
  ),
  versions: list(
    "versions <plugin>",
    "versions of a plugin, newest first",
    ["id", "tag", "hash", "size", "created_at"],
    async (context) => `/api/plugins/${await pluginId(context, context.args[0] ?? "")}/versions`,
  ),
  configs: {
    usage: "configs",
    summary: "what the team's plugins are configured with, in their order",
    async run(context) {
      const [configs, plugins] = await Promise.all([
        listAll(
          context.client,
          `/api/plugin_configs?team_id=${context.team}`,
          z.looseObject({ plugin_id: z.number() }),
        ),
        listAll(context.client, "/api/plugins", z.looseObject({ id: z.number(), name: z.string() })),
      ]);
      const nameOf = new Map(plugins.map(({ id, name }) => [id, name]));
      const rows = configs.map((config) => ({ ...config, plugin: nameOf.get(config.plugin_id) }));
      const columns = ["id", "name", "plugin", "plugin_version_id", "enabled", "pinned", "on_error"];
      show(context, context.isJson ? configs : rows, columns);
    },
  },
  history: list(
    "history <config>",
    "which versions a config ran",
    ["plugin_version_id", "timestamp"],
    async (context) => `/api/plugin_configs/${await configId(context, context.args[0] ?? "")}/history`,
  ),
  outcomes: list(
    "outcomes",
    "drops and failures, and who did them",
    ["id", "timestamp", "plugin", "function", "kind", "message", "event_uuid"],
    (context) =>
      `${ofTeam("/api/outcomes")(context)}${context.flags["kind"] === undefined ? "" : `&kind=${encodeURIComponent(String(context.flags["kind"]))}`}`,
    { options: { kind: { type: "string" } }, help: ["--kind KIND          one kind alone, such as threw or dropped"] },
  ),
  metrics: list(
    "metrics",
    "calls of the team's plugins by minute or hour, with percentiles",
    [
      "start",
      "plugin_config_id",
      "version",
      "function",
      "calls",
      "fuel.p50",
      "fuel.p99",
      "duration_ms.p50",
      "duration_ms.p99",
    ],
    ({ team, flags }) =>
      `/api/teams/${team}/metrics?interval=${encodeURIComponent(String(flags["interval"] ?? "hour"))}`,
    { options: { interval: { type: "string" } }, help: ["--interval UNIT      minute or hour (hour)"] },
  ),
  egress: list(
    "egress",
    "whom the team's plugins talk to, by day or hour",
    [
      "start",
      "plugin_config_id",
      "host",
      "requests",
      "answers.2xx",
      "answers.4xx",
      "answers.5xx",
      "failed",
      "refused",
      "bytes_out",
      "bytes_in",
    ],
    ({ team, flags }) =>
      `/api/egress?team_id=${team}&interval=${encodeURIComponent(String(flags["interval"] ?? "day"))}`,
    { options: { interval: { type: "string" } }, help: ["--interval UNIT      hour or day (day)"] },
  ),
  events: list(
    "events",
    "events in the local store",
    ["timestamp", "event", "distinct_id", "uuid"],
    ofTeam("/api/events"),
  ),
  "dead-letters": list(
    "dead-letters",
    "events that nobody took",
    ["timestamp", "uuid", "status", "answer", "plugin_config_id"],
    ofTeam("/api/dead-letters"),
  ),
  kills: list(
    "kills",
    "what is stopped",
    ["id", "kind", "target_id", "reason", "by", "created_at"],
    () => "/api/kill_switches",
  ),
  audit: list(
    "audit",
    "who changed what",
    ["timestamp", "actor.role", "actor.label", "scope", "item_id", "activity", "detail"],
    ({ flags, team }) => (flags["all"] === true ? "/api/audit_log" : `/api/audit_log?team_id=${team}`),
    { options: { all: { type: "boolean" } }, help: ["--all                of all teams that the token sees"] },
  ),
};
