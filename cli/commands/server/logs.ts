import { z } from "zod";
import { followEvents } from "../../server/follow.ts";
import { configId } from "../../server/names.ts";
import { listAll } from "../../server/lists.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import type { ServerCommand, ServerContext } from "./server-command.ts";

const entry = z.looseObject({
  timestamp: z.string(),
  plugin_config_id: z.number().nullable(),
  type: z.string(),
  message: z.string(),
  function: z.string().nullable(),
});
const leftOut = z.looseObject({ lines: z.number() });
type Entry = z.infer<typeof entry>;

/** The most that the server tells of before. */
const MAX_BEFORE = 1000;

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
      const path = logsPath(context, { plugin_config_id: id, type, search, event_uuid: event, after, before });
      const limit = wholeNumber(context.flags["limit"], "--limit");
      if (context.flags["follow"] === true)
        return follow(context, `${path}&limit=${Math.min(limit, MAX_BEFORE)}`, new AbortController().signal);
      print(context, (await listAll(context.client, `${path}&limit=100`, entry, limit)).toReversed());
    },
  },
};

/** Shows what is said of a config from now on, until it is ended. */
export function followLogs(context: ServerContext, config: number): { end(): void } {
  const ending = new AbortController();
  follow(context, `${logsPath(context, { plugin_config_id: config })}&limit=0`, ending.signal).catch((error: unknown) =>
    context.terminal.complain(String(error)),
  );
  return { end: () => ending.abort() };
}

function logsPath(
  { team }: ServerContext,
  wanted: Readonly<Record<string, ServerContext["flags"][string] | number>>,
): string {
  const query = new URLSearchParams({ team_id: String(team) });
  for (const [name, value] of Object.entries(wanted))
    if (typeof value === "string" || typeof value === "number") query.set(name, String(value));
  return `/api/logs?${query}`;
}

async function follow(context: ServerContext, path: string, signal: AbortSignal): Promise<void> {
  for await (const { name, data } of followEvents(context.client, path, signal)) {
    if (name === "log") print(context, [entry.parse(data)]);
    if (name === "left_out")
      context.terminal.complain(`${leftOut.parse(data).lines} lines are left out here: hoglet logs shows them`);
  }
}

function print({ terminal, isJson }: ServerContext, entries: readonly Entry[]): void {
  for (const each of entries) {
    const { timestamp, type, plugin_config_id: config, function: name, message } = each;
    const by = name === null ? `${config ?? "-"}` : `${config ?? "-"} ${name}`;
    terminal.print(isJson ? JSON.stringify(each) : `${timestamp} ${type.padEnd(5)} ${by}  ${message}`);
  }
}
