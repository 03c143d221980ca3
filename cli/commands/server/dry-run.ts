import { readFile } from "node:fs/promises";
import { text as textOf } from "node:stream/consumers";
import { z } from "zod";
import { UsageError } from "../../errors.ts";
import { configId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand } from "./server-command.ts";

const outcome = z.looseObject({ kind: z.string(), message: z.string().optional(), reason: z.string().optional() });
const change = z.object({
  key: z.string(),
  kind: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});
const report = z.looseObject({
  setup: outcome.nullable(),
  results: z.array(
    z.looseObject({ outcome, diff: z.object({ properties: z.array(change), fields: z.array(change) }) }),
  ),
  logs: z.array(z.object({ type: z.string(), message: z.string() })),
  fetches: z.array(z.object({ method: z.string(), url: z.string(), status: z.number().nullable() })),
  captured: z.array(z.looseObject({ event: z.string() })),
  fuel: z.number(),
});

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
      "--event FILE         an event, JSON; - is the standard input",
      "--recent UUID        one of the team's recent events, or so many of the last",
      "--version ID         another version of the plugin",
      "--offline            send no requests",
    ],
    async run(context) {
      const id = await configId(context, context.args[0] ?? "");
      const { event, recent, version, offline } = context.flags;
      const body = {
        ...(event !== undefined && { event: await readEvent(String(event)) }),
        ...(recent !== undefined &&
          (/^\d{1,3}$/.test(String(recent)) ? { recent: Number(recent) } : { recent_event: recent })),
        ...(version !== undefined && { plugin_version_id: wholeNumber(version, "--version") }),
        ...(offline === true && { fetch: "off" }),
      };
      const found = await context.client.request("POST", `/api/plugin_configs/${id}/dry_run`, report, body);
      done(context, found, linesOf(found).join("\n"));
    },
  },
};

async function readEvent(path: string): Promise<unknown> {
  const text = path === "-" ? await textOf(process.stdin) : await readFile(path, "utf8");
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`${path} is no JSON: ${(error as Error).message}`);
  }
}

function linesOf({ setup, results, logs, fetches, captured, fuel }: z.infer<typeof report>): string[] {
  if (setup) return [`setupPlugin: ${setup.kind}: ${setup.message ?? ""}`];
  return [
    ...results.flatMap(({ outcome: { kind, message, reason }, diff }) => [
      [kind, message ?? reason].filter((part) => part !== undefined).join(": "),
      ...diff.fields.map((each) => lineOf("", each)),
      ...diff.properties.map((each) => lineOf("properties.", each)),
    ]),
    ...logs.map(({ type, message }) => `log  ${type} ${message}`),
    ...fetches.map(({ method, url, status }) => `fetch  ${method} ${url} ${status ?? "no answer"}`),
    ...captured.map(({ event }) => `captured  ${event}`),
    `fuel  ${fuel}`,
  ];
}

function lineOf(prefix: string, { key, kind, before, after }: z.infer<typeof change>): string {
  const values = [before, after].filter((value) => value !== undefined).map((value) => JSON.stringify(value));
  return `${SIGNS[kind] ?? " "} ${prefix}${key}  ${values.join(" -> ")}`;
}
