import type { Asked, Item, ListPath } from "../../server/api.ts";
import { configId, pluginId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { type Column, type ServerCommand, type ServerContext, show } from "./server-command.ts";
import { showConfigs } from "./show-configs.ts";
import { tenantOf } from "./tenants.ts";

const LIMIT = { limit: { type: "string", default: "50" } } as const;
const LIMIT_HELP = ["--limit N            the most that are shown (50)"];

const limitOf = ({ flags }: ServerContext): number => wholeNumber(flags["limit"], "--limit");

/** A list of the API as a table. */
function list<Path extends ListPath>(
  usage: string,
  summary: string,
  columns: readonly Column<Item<Path>>[],
  path: Path,
  sent: (context: ServerContext) => Asked<Path> | Promise<Asked<Path>>,
  more: Pick<ServerCommand, "options" | "help"> = {},
): ServerCommand {
  return {
    usage,
    summary,
    options: { ...LIMIT, ...more.options },
    help: [...LIMIT_HELP, ...(more.help ?? [])],
    async run(context) {
      const limit = limitOf(context);
      show(context, await context.client.list(path, await sent(context), limit), columns);
    },
  };
}

/** A page of a list of the team's, as large as it has to be. */
const ofTeam = (context: ServerContext) => ({
  team_id: context.team,
  limit: Math.max(1, Math.min(limitOf(context), 1000)),
});

const text = (flag: unknown): string | undefined => (typeof flag === "string" ? flag : undefined);

/** Commands that show what a server has. */
export const LISTS: Readonly<Record<string, ServerCommand>> = {
  orgs: list("orgs", "organizations", ["id", "name", "created_at"], "/api/organizations", () => ({})),
  teams: list(
    "teams",
    "teams, and where their events go",
    ["id", "name", "organization_id", "posthog_host", "shards"],
    "/api/teams",
    () => ({}),
  ),
  keys: list(
    "keys",
    "project keys of the team",
    ["id", "key", "label", "revoked_at"],
    "/api/teams/{id}/project_keys",
    ({ team }) => ({ params: { id: team } }),
  ),
  tokens: {
    usage: "tokens",
    summary: "API tokens of the team",
    options: { ...LIMIT, org: { type: "string" } },
    help: [...LIMIT_HELP, "--org ID             those of an organization instead"],
    async run(context) {
      const { kind, id } = tenantOf(context);
      const tokens = await context.client.list(`/api/${kind}/{id}/tokens`, { params: { id } }, limitOf(context));
      show(context, tokens, ["id", "label", "scopes", "last_used_at", "revoked_at"]);
    },
  },
  plugins: list(
    "plugins",
    "installed plugins",
    ["id", "name", "latest_version.tag", "update_available", "plugin_type", "url"],
    "/api/plugins",
    () => ({}),
  ),
  versions: list(
    "versions <plugin>",
    "versions of a plugin, newest first",
    ["id", "tag", "hash", "size", "created_at"],
    "/api/plugins/{id}/versions",
    async (context) => ({ params: { id: await pluginId(context, context.args[0] ?? "") } }),
  ),
  configs: {
    usage: "configs",
    summary: "what the team's plugins are configured with, in their order",
    async run(context) {
      await showConfigs(
        context,
        await context.client.list("/api/plugin_configs", { query: { team_id: context.team } }),
      );
    },
  },
  history: list(
    "history <config>",
    "which versions a config ran",
    ["plugin_version_id", "timestamp"],
    "/api/plugin_configs/{id}/history",
    async (context) => ({ params: { id: await configId(context, context.args[0] ?? "") } }),
  ),
  outcomes: list(
    "outcomes",
    "drops and failures, and who did them",
    ["id", "shard", "timestamp", "plugin", "function", "kind", "message"],
    "/api/outcomes",
    (context) => ({ query: { ...ofTeam(context), kind: text(context.flags["kind"]) } }),
    { options: { kind: { type: "string" } }, help: ["--kind KIND          one kind alone, such as threw or dropped"] },
  ),
  metrics: list(
    "metrics",
    "calls of the team's plugins by minute or hour, with percentiles",
    ["start", "plugin_config_id", "function", "calls", "fuel.p50", "fuel.p99", "duration_ms.p99"],
    "/api/teams/{id}/metrics",
    ({ team, flags }) => ({ params: { id: team }, query: { interval: text(flags["interval"]) } }),
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
    "/api/egress",
    ({ team, flags }) => ({ query: { team_id: team, interval: text(flags["interval"]) } }),
    { options: { interval: { type: "string" } }, help: ["--interval UNIT      hour or day (day)"] },
  ),
  events: list(
    "events",
    "events in the local store",
    ["timestamp", "event", "distinct_id", "uuid"],
    "/api/events",
    (context) => ({ query: ofTeam(context) }),
  ),
  "dead-letters": list(
    "dead-letters",
    "events that nobody took, and jobs that were given up",
    ["id", "shard", "timestamp", "function", "uuid", "status", "answer", "plugin_config_id"],
    "/api/dead-letters",
    (context) => ({ query: ofTeam(context) }),
  ),
  kills: list(
    "kills",
    "what is stopped",
    ["id", "kind", "target_id", "reason", "by", "created_at"],
    "/api/kill_switches",
    () => ({}),
  ),
  audit: list(
    "audit",
    "who changed what",
    ["timestamp", "actor.role", "actor.label", "scope", "item_id", "activity", "detail"],
    "/api/audit_log",
    ({ flags, team }) => ({ query: { team_id: flags["all"] === true ? undefined : team } }),
    { options: { all: { type: "boolean" } }, help: ["--all                of all teams that the token sees"] },
  ),
  ledger: {
    usage: "ledger",
    summary: "how many events came in, and what became of them",
    async run(context) {
      const ledger = await context.client.request("GET", "/api/teams/{id}/ledger", { params: { id: context.team } });
      const columns = [
        "accepted",
        "created",
        "delivered",
        "dropped",
        "dead",
        "in_flight.inbox",
        "in_flight.outbox",
        "rejected",
        "closes",
      ] as const;
      show(context, [ledger], columns, ledger);
    },
  },
};
