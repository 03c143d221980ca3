import type { Asked, Item } from "../../server/api.ts";
import { followEvents } from "../../server/follow.ts";
import { configId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import type { ServerCommand, ServerContext } from "./server-command.ts";

type Entry = Item<"/api/logs">;
type Query = Asked<"/api/logs">["query"];

/** What is told in the place of lines that a slow reader misses. */
interface LeftOut {
  lines: number;
}

/** The most that the server tells of before. */
const MAX_BEFORE = 1000;
/** Entries of one page. */
const PAGE = 100;

/** What plugins say. */
export const LOGS: Readonly<Record<string, ServerCommand>> = {
  logs: {
    usage: "logs [config]",
    summary: "what the team's plugins, and the system around them, said",
    options: {
      follow: { type: "boolean", short: "f" },
      limit: { type: "string", default: "50" },
      type: { type: "string" },
      search: { type: "string" },
      event: { type: "string" },
      after: { type: "string" },
      before: { type: "string" },
    },
    help: [
      "--follow, -f         go on with what is said from now on",
      "--limit N            so many lines of before (50)",
      "--type TYPES         one type of lines alone, or several, such as WARN,ERROR",
      "--search TEXT        lines that have it in them",
      "--event UUID         what calls for one event said",
      "--after TIME         what was said later, such as 2026-01-31T12:00:00Z",
      "--before TIME        what was said earlier",
    ],
    async run(context) {
      const [config] = context.args;
      const id = config === undefined ? undefined : await configId(context, config);
      const { type, search, event, after, before } = context.flags;
      const query = {
        team_id: context.team,
        plugin_config_id: id,
        type: text(type),
        search: text(search),
        event_uuid: text(event),
        after: text(after),
        before: text(before),
      };
      const limit = wholeNumber(context.flags["limit"], "--limit");
      if (context.flags["follow"] === true)
        return follow(context, { ...query, limit: Math.min(limit, MAX_BEFORE) }, new AbortController().signal);
      const found = await context.client.list("/api/logs", { query: { ...query, limit: PAGE } }, limit);
      print(context, found.toReversed());
    },
  },
};

/** Shows what is said of a config from now on, until it is ended. */
export function followLogs(context: ServerContext, config: number): { end(): void } {
  const ending = new AbortController();
  const query = { team_id: context.team, plugin_config_id: config, limit: 0 };
  follow(context, query, ending.signal).catch((error: unknown) => context.terminal.complain(String(error)));
  return { end: () => ending.abort() };
}

const text = (flag: unknown): string | undefined => (typeof flag === "string" ? flag : undefined);

async function follow(context: ServerContext, query: Query, signal: AbortSignal): Promise<void> {
  for await (const { name, data } of followEvents(context.client, "/api/logs", { query }, signal)) {
    if (name === "log") print(context, [data as Entry]);
    if (name === "left_out")
      context.terminal.complain(`${(data as LeftOut).lines} lines are left out here: hoglet logs shows them`);
  }
}

function print({ terminal, isJson }: ServerContext, entries: readonly Entry[]): void {
  for (const each of entries) {
    const { timestamp, type, plugin_config_id: config, function: name, message } = each;
    const by = name === null ? `${config ?? "-"}` : `${config ?? "-"} ${name}`;
    terminal.print(isJson ? JSON.stringify(each) : `${timestamp} ${type.padEnd(5)} ${by}  ${message}`);
  }
}
