import type { Item } from "../../server/api.ts";
import { configId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import type { ServerCommand, ServerContext } from "./server-command.ts";

type Entry = Item<"/api/logs">;

const POLL_MS = 1000;
/** Entries that are asked for at a time while they are followed. */
const POLLED = 200;
/** Entries that are remembered, so that none is shown twice. */
const REMEMBERED = 2000;

/** What plugins say. */
export const LOGS: Readonly<Record<string, ServerCommand>> = {
  logs: {
    usage: "logs [config]",
    summary: "what the team's plugins, and the system around them, said",
    options: { follow: { type: "boolean", short: "f" }, limit: { type: "string", default: "50" } },
    help: [
      "--follow, -f         go on with what is said from now on",
      "--limit N            so many lines of before (50)",
    ],
    async run(context) {
      const [config] = context.args;
      const id = config === undefined ? undefined : await configId(context, config);
      const limit = wholeNumber(context.flags["limit"], "--limit");
      const first = await entriesOf(context, id, limit);
      print(context, first.toReversed());
      if (context.flags["follow"] !== true) return;
      await follow(context, id, first, () => false);
    },
  },
};

/** The last entries of a config, or of all, newest first. */
function entriesOf({ client, team }: ServerContext, config: number | undefined, limit: number): Promise<Entry[]> {
  const query = { team_id: team, plugin_config_id: config, limit: Math.max(1, Math.min(limit, POLLED)) };
  return client.list("/api/logs", { query }, limit);
}

/** Shows what is said of a config from now on, until it is ended. */
export function followLogs(context: ServerContext, config: number): { end(): void } {
  let isOver = false;
  void entriesOf(context, config, POLLED)
    .then((known) => follow(context, config, known, () => isOver))
    .catch((error: unknown) => context.terminal.complain(String(error)));
  return { end: () => void (isOver = true) };
}

async function follow(
  context: ServerContext,
  config: number | undefined,
  known: readonly Entry[],
  isOver: () => boolean,
): Promise<void> {
  const seen = new Set(known.map(keyOf));
  while (!isOver()) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const found = await entriesOf(context, config, POLLED);
    const fresh = found.filter((each) => !seen.has(keyOf(each)));
    for (const each of fresh) seen.add(keyOf(each));
    for (const oldest of seen) {
      if (seen.size <= REMEMBERED) break;
      seen.delete(oldest);
    }
    print(context, fresh.toReversed());
  }
}

/** Each shard of a team counts for itself. */
const keyOf = ({ id, timestamp, message }: Entry): string => `${id} ${timestamp} ${message}`;

function print({ terminal, isJson }: ServerContext, entries: readonly Entry[]): void {
  for (const each of entries) {
    const { timestamp, type, plugin_config_id: config, message } = each;
    terminal.print(isJson ? JSON.stringify(each) : `${timestamp} ${type.padEnd(5)} ${config ?? "-"}  ${message}`);
  }
}
