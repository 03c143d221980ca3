import { z } from "zod";
import type { Team } from "../../store/teams.ts";
import { oldestKept } from "../../team/insight/log-retention.ts";
import type { LogFilter } from "../../team/insight/log-filter.ts";
import type { KeptLogEntry } from "../../team/insight/log.ts";
import { teamStub } from "../../team/team-client.ts";
import { pageOf } from "../answers.ts";
import { beforeOrTimeField, limitFrom } from "../paging.ts";
import { digits, time } from "../parse.ts";
import { route } from "../route.ts";
import { nothing } from "../subjects.ts";
import { tailLogs } from "./log-tail.ts";
import { type ShardedList, shardedPage } from "./sharded-list.ts";
import { logAnswer, logJson } from "./team-lists-json.ts";

const query = z.object({
  team_id: digits,
  // None, for who is told of what comes.
  limit: limitFrom(0),
  after: time.exactOptional().meta({ description: "Only what was said later" }),
  before: beforeOrTimeField,
  plugin_config_id: digits.exactOptional(),
  type: z
    .string()
    .exactOptional()
    .meta({ description: "Such as `ERROR`, or several as in `WARN,ERROR`; in capitals or not." }),
  search: z.string().exactOptional().meta({ description: "What the message has in it." }),
  function: z.string().exactOptional(),
  event_uuid: z.string().exactOptional(),
});

/** What a team's plugins, and the system around them, say. */
export const logRoutes = [
  route("/api/logs", nothing, (declare) => ({
    GET: declare({
      summary: "What plugins logged",
      description:
        "Newest first. As `text/event-stream` it goes on with what is said from now on: the last `limit` lines, oldest first, then each line as it comes, as events `log`. An event `left_out` says how many lines a slow reader misses, which the list still has. The `id` of the last one, sent as `Last-Event-ID`, goes on after it. It ends after an hour at most: then come again.",
      access: "read",
      query,
      answer: pageOf(logAnswer),
      async handle({ env, scope, query: wanted, request, now }) {
        const team = await scope.team(wanted.team_id);
        const filter = filterOf(wanted, team, now);
        const list: ShardedList<KeptLogEntry, z.input<typeof logAnswer>> = {
          read: (address, asked) => teamStub(env, address).listLogs(address, asked, filter),
          timeOf: ({ at }) => at,
          toJson: logJson,
        };
        return shardedPage(team, wanted, list, request.url);
      },
      async stream({ env, scope, query: wanted, request, now }) {
        const team = await scope.team(wanted.team_id);
        return tailLogs(
          env,
          team,
          filterOf(wanted, team, now),
          wanted.limit,
          request.headers.get("Last-Event-ID"),
          request.signal,
        );
      },
    }),
  })),
];

/** What is wanted, and not so old that it is only waiting to be forgotten. */
function filterOf(wanted: z.output<typeof query>, team: Team, now: number): LogFilter {
  const { plugin_config_id: pluginConfigId, type, search, function: name, event_uuid: eventUuid, before } = wanted;
  return {
    after: Math.max(wanted.after ?? 0, oldestKept(team.logRetentionDays, now)),
    ...(typeof before === "number" && { before }),
    ...(pluginConfigId !== undefined && { pluginConfigId }),
    ...(type !== undefined && { types: typesIn(type) }),
    ...(search !== undefined && { search }),
    ...(name !== undefined && { function: name }),
    ...(eventUuid !== undefined && { eventUuid }),
  };
}

/** More than there are. */
const MAX_TYPES = 20;

const typesIn = (text: string): string[] =>
  text
    .toUpperCase()
    .split(",", MAX_TYPES)
    .map((type) => type.trim());
