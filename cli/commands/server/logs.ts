import { z } from "zod";
import { configId } from "../../server/names.ts";
import { listAll } from "../../server/lists.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import type { ServerCommand, ServerContext } from "./server-command.ts";

const entry = z.looseObject({
  id: z.number(),
  timestamp: z.string(),
  plugin_config_id: z.number().nullable(),
  type: z.string(),
  message: z.string(),
});
type Entry = z.infer<typeof entry>;

const POLL_MS = 1000;
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
      const path = `/api/logs?team_id=${context.team}${id === undefined ? "" : `&plugin_config_id=${id}`}`;
      const first = await listAll(
        context.client,
        `${path}&limit=100`,
        entry,
        wholeNumber(context.flags["limit"], "--limit"),
      );
      print(context, first.toReversed());
      if (context.flags["follow"] !== true) return;
      await follow(context, path, first, () => false);
    },
  },
};

/** Shows what is said of a config from now on, until it is ended. */
export function followLogs(context: ServerContext, config: number): { end(): void } {
  let isOver = false;
  const path = `/api/logs?team_id=${context.team}&plugin_config_id=${config}`;
  void listAll(context.client, `${path}&limit=200`, entry, 200)
    .then((known) => follow(context, path, known, () => isOver))
    .catch((error: unknown) => context.terminal.complain(String(error)));
  return { end: () => void (isOver = true) };
}

async function follow(
  context: ServerContext,
  path: string,
  known: readonly Entry[],
  isOver: () => boolean,
): Promise<void> {
  const seen = new Set(known.map(keyOf));
  while (!isOver()) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const found = await listAll(context.client, `${path}&limit=200`, entry, 200);
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
