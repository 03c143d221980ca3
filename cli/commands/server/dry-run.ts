import type { Answer } from "../../server/api.ts";
import { shorten } from "../../print/shorten.ts";
import { configId } from "../../server/names.ts";
import { dryRunBody } from "./dry-run-body.ts";
import { done, type ServerCommand } from "./server-command.ts";

type Report = Answer<"POST", "/api/plugin_configs/{id}/dry_run">;
type Change = Report["results"][number]["diff"]["fields"][number];

const SIGNS: Readonly<Record<string, string>> = { added: "+", removed: "-", changed: "~" };

/** Trying a plugin on a server. */
export const DRY_RUNS: Readonly<Record<string, ServerCommand>> = {
  "dry-run": {
    usage: "dry-run <config>",
    summary: "run a config's plugin on events; nothing is stored or sent, but for its requests",
    options: {
      event: { type: "string" },
      events: { type: "string" },
      recent: { type: "string" },
      function: { type: "string" },
      job: { type: "string" },
      payload: { type: "string" },
      version: { type: "string" },
      mock: { type: "string" },
      attach: { type: "string", multiple: true, default: [] },
      offline: { type: "boolean" },
    },
    help: [
      "--event FILE         an event, JSON; - is the standard input. Without one it is an empty event, called test",
      "--events FILE        several: an array, or one on each line",
      "--recent UUID        one of the team's recent events, or so many of the last",
      "--function NAME      another function than the one that processes events",
      "--job NAME           a job, with --payload JSON",
      "--version TAG        another version of the plugin, by its tag or number",
      "--mock FILE          answers to its requests, a list as mockFetch of a case; none is sent",
      "--attach KEY=PATH    a file in the place of the config's",
      "--offline            send no requests",
    ],
    async run(context) {
      const id = await configId(context, context.args[0] ?? "");
      const body = await dryRunBody(context, id);
      const found = await context.client.request("POST", "/api/plugin_configs/{id}/dry_run", { params: { id }, body });
      done(context, found, linesOf(found).join("\n"));
    },
  },
};

function linesOf({ setup, results, called, logs, fetches, captured, fuel, left }: Report): string[] {
  if (setup) return [`setupPlugin: ${setup.kind}: ${setup.message ?? ""}`];
  return [
    ...results.flatMap(({ outcome: { kind, message, reason }, diff }) => [
      [kind, message ?? reason].filter((part) => part !== undefined).join(": "),
      ...diff.fields.map((each) => lineOf("", each)),
      ...diff.properties.map((each) => lineOf("properties.", each)),
    ]),
    ...called.flatMap(({ outcome: { function: name, kind, message }, returned, webhook }) => [
      `${name}: ${[kind, message].filter((part) => part !== undefined).join(": ")}`,
      ...(webhook ? webhookLines(webhook) : [`returned  ${shorten(JSON.stringify(returned ?? null))}`]),
    ]),
    ...logs.map(({ type, message }) => `log  ${type} ${message}`),
    ...fetches.map(({ method, url, status }) => `fetch  ${method} ${url} ${status ?? "no answer"}`),
    ...captured.map(({ event }) => `captured  ${JSON.stringify(event)}`),
    `fuel  ${fuel}`,
    ...(left > 0 ? [`${left} events were not run: the fuel or time for it was used up`] : []),
  ];
}

const webhookLines = ({ method, url, headers, body }: NonNullable<Report["called"][number]["webhook"]>): string[] => [
  `webhook  ${method} ${url}`,
  ...headers.map((header) => `  ${header.join(": ")}`),
  `  ${shorten(body)}`,
];

function lineOf(prefix: string, { key, kind, before, after }: Change): string {
  const values = [before, after].filter((value) => value !== undefined).map((value) => JSON.stringify(value));
  return `${SIGNS[kind] ?? " "} ${prefix}${key}  ${values.join(" -> ")}`;
}
