import { text } from "node:stream/consumers";
import { z } from "zod";
import { readText } from "../../case/read-case.ts";
import { UsageError } from "../../errors.ts";
import { listAll } from "../../server/lists.ts";
import { configId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand, type ServerContext, show } from "./server-command.ts";

const anything = z.looseObject({});
const started = z.looseObject({ id: z.number().nullable(), shard: z.number() });

const SHARD = { shard: { type: "string", default: "0" } } as const;
const SHARD_HELP = ["--shard N            the shard that it is told with (0)"];

const jobsOf = async (context: ServerContext): Promise<string> =>
  `/api/plugin_configs/${await configId(context, context.args[0] ?? "")}`;

/** A number of a config's, and of a shard's. */
function numberIn({ args, flags }: ServerContext): { id: number; query: string } {
  return { id: wholeNumber(args[1], "the number"), query: `?shard=${wholeNumber(flags["shard"], "--shard")}` };
}

/** Jobs of a config: those that wait, those that people start, and those that were given up. */
export const JOBS: Readonly<Record<string, ServerCommand>> = {
  jobs: {
    usage: "jobs <config>",
    summary: "jobs of a config that wait",
    options: { limit: { type: "string", default: "50" } },
    help: ["--limit N            the most that are shown (50)"],
    async run(context) {
      const limit = wholeNumber(context.flags["limit"], "--limit");
      const found = await listAll(context.client, `${await jobsOf(context)}/jobs`, anything, limit);
      show(context, found, ["id", "shard", "name", "due", "attempts", "started_at", "waits_for_config", "payload"]);
    },
  },
  "run-job": {
    usage: "run-job <config> <name>",
    summary: "start a job that plugin.json declares under publicJobs",
    options: { payload: { type: "string", multiple: true, default: [] } },
    help: [
      "--payload FILE       what it is given, as JSON; - reads the standard input",
      "--payload KEY=VALUE  one field of it; may be given again. VALUE is JSON, or text that is none",
    ],
    async run(context) {
      const payload = await payloadIn(context);
      const body = { job: { type: context.args[1], payload } };
      const job = await context.client.request("POST", `${await jobsOf(context)}/job`, started, body);
      const what = job.id === null ? "the export of old events" : `job ${job.id}`;
      done(context, job, `${what} was started`);
    },
  },
  "historical-export": {
    usage: "historical-export <config>",
    summary: "how far the export of old events has come",
    options: { cancel: { type: "boolean" } },
    help: ["--cancel             end it here", 'It is begun with hoglet run-job <config> "Export historical events".'],
    async run(context) {
      const path = `${await jobsOf(context)}/historical_export`;
      if (context.flags["cancel"] === true) {
        await context.client.request("DELETE", path, z.unknown());
        return done(context, null, "it was cancelled");
      }
      const found = await context.client.request("GET", path, anything);
      return show(context, found, [
        "state",
        "date_from",
        "reached",
        "date_to",
        "progress",
        "exported",
        "attempts",
        "error",
      ]);
    },
  },
  "cancel-job": {
    usage: "cancel-job <config> <job>",
    summary: "cancel a job that waits",
    options: SHARD,
    help: SHARD_HELP,
    async run(context) {
      const { id, query } = numberIn(context);
      await context.client.request("DELETE", `${await jobsOf(context)}/jobs/${id}${query}`, z.unknown());
      done(context, null, `job ${id} is gone`);
    },
  },
  "run-again": {
    usage: "run-again <config> <dead-letter>",
    summary: "run a job again that was given up",
    options: SHARD,
    help: SHARD_HELP,
    async run(context) {
      const { id, query } = numberIn(context);
      const path = `${await jobsOf(context)}/dead_letters/${id}/run_again${query}`;
      const job = await context.client.request("POST", path, started, {});
      done(context, job, `job ${job.id} was started`);
    },
  },
};

/** What `--payload` gives: a file of JSON, or single fields. */
async function payloadIn({ flags, terminal }: ServerContext): Promise<unknown> {
  const given = flags["payload"] as string[];
  const [first, ...others] = given;
  if (first === undefined) return {};
  if (!first.includes("=")) {
    if (others.length > 0) throw new UsageError("--payload takes one file, or fields as KEY=VALUE");
    return parse(first === "-" ? await text(terminal.stdin) : await readText(first), first);
  }
  return Object.fromEntries(given.map(fieldOf));
}

function parse(json: string, path: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new UsageError(
      `${path === "-" ? "the standard input" : path} is not valid JSON: ${(error as Error).message}`,
    );
  }
}

function fieldOf(given: string): [string, unknown] {
  const at = given.indexOf("=");
  if (at < 1) throw new UsageError(`--payload ${given} must be KEY=VALUE`);
  const value = given.slice(at + 1);
  try {
    return [given.slice(0, at), JSON.parse(value)];
  } catch {
    return [given.slice(0, at), value];
  }
}
