import { text as textOf } from "node:stream/consumers";
import type { JsonObject } from "../../../host/event.ts";
import { isObject } from "../../../host/is-object.ts";
import { parseJson, readText } from "../../case/read-case.ts";
import { UsageError } from "../../errors.ts";
import type { Answer } from "../../server/api.ts";
import { configId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import type { Terminal } from "../../terminal.ts";
import { done, type ServerCommand } from "./server-command.ts";

type Report = Answer<"POST", "/api/plugin_configs/{id}/dry_run">;
type Change = Report["results"][number]["diff"]["fields"][number];

const SIGNS: Readonly<Record<string, string>> = { added: "+", removed: "-", changed: "~" };

/** Trying a plugin on a server. */
export const DRY_RUNS: Readonly<Record<string, ServerCommand>> = {
  "dry-run": {
    usage: "dry-run <config>",
    summary: "run a config's plugin on an event; nothing is stored or sent, but for its requests",
    options: {
      event: { type: "string" },
      recent: { type: "string" },
      version: { type: "string" },
      offline: { type: "boolean" },
    },
    help: [
      "--event FILE         an event, JSON; - is the standard input. Without one it is an empty event, called test",
      "--recent UUID        one of the team's recent events, or so many of the last",
      "--version ID         another version of the plugin",
      "--offline            send no requests",
    ],
    async run(context) {
      const id = await configId(context, context.args[0] ?? "");
      const { event, recent, version, offline } = context.flags;
      const body = {
        ...(event !== undefined && { event: await readEvent(String(event), context.terminal) }),
        ...(typeof recent === "string" &&
          (/^\d{1,3}$/.test(recent) ? { recent: Number(recent) } : { recent_event: recent })),
        ...(version !== undefined && { plugin_version_id: wholeNumber(version, "--version") }),
        ...(offline === true && { fetch: "off" as const }),
      };
      const found = await context.client.request("POST", "/api/plugin_configs/{id}/dry_run", { params: { id }, body });
      done(context, found, linesOf(found).join("\n"));
    },
  },
};

async function readEvent(path: string, { stdin }: Terminal): Promise<JsonObject> {
  const text = path === "-" ? await textOf(stdin) : await readText(path);
  const event = parseJson(text, path);
  if (!isObject(event)) throw new UsageError(`${path} must hold an event, such as {"event": "$pageview"}`);
  return event;
}

function linesOf({ setup, results, logs, fetches, captured, fuel }: Report): string[] {
  if (setup) return [`setupPlugin: ${setup.kind}: ${setup.message ?? ""}`];
  return [
    ...results.flatMap(({ outcome: { kind, message, reason }, diff }) => [
      [kind, message ?? reason].filter((part) => part !== undefined).join(": "),
      ...diff.fields.map((each) => lineOf("", each)),
      ...diff.properties.map((each) => lineOf("properties.", each)),
    ]),
    ...logs.map(({ type, message }) => `log  ${type} ${message}`),
    ...fetches.map(({ method, url, status }) => `fetch  ${method} ${url} ${status ?? "no answer"}`),
    ...captured.map(({ event }) => `captured  ${JSON.stringify(event)}`),
    `fuel  ${fuel}`,
  ];
}

function lineOf(prefix: string, { key, kind, before, after }: Change): string {
  const values = [before, after].filter((value) => value !== undefined).map((value) => JSON.stringify(value));
  return `${SIGNS[kind] ?? " "} ${prefix}${key}  ${values.join(" -> ")}`;
}
