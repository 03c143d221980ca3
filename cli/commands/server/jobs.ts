import { text } from "node:stream/consumers";
import type { Json, JsonObject } from "../../../host/event.ts";
import { isObject } from "../../../host/is-object.ts";
import { parseJson, readText } from "../../case/read-case.ts";
import { UsageError } from "../../errors.ts";
import { configId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand, type ServerContext, show } from "./server-command.ts";

const SHARD = { shard: { type: "string", default: "0" } } as const;
const SHARD_HELP = ["--shard N            the shard that it is told with (0)"];

const configIn = (context: ServerContext): Promise<number> => configId(context, context.args[0] ?? "");

/** A number of a config's, and of a shard's. */
function numberIn({ args, flags }: ServerContext): { number: number; query: { shard: number } } {
  return { number: wholeNumber(args[1], "the number"), query: { shard: wholeNumber(flags["shard"], "--shard") } };
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
      const params = { id: await configIn(context) };
      const found = await context.client.list("/api/plugin_configs/{id}/jobs", { params }, limit);
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
      const [, type = ""] = context.args;
      const params = { id: await configIn(context) };
      const body = { job: { type, payload } };
      const job = await context.client.request("POST", "/api/plugin_configs/{id}/job", { params, body });
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
      const path = "/api/plugin_configs/{id}/historical_export";
      const params = { id: await configIn(context) };
      if (context.flags["cancel"] === true) {
        await context.client.request("DELETE", path, { params });
        return done(context, null, "it was cancelled");
      }
      const found = await context.client.request("GET", path, { params });
      const columns = [
        "state",
        "date_from",
        "reached",
        "date_to",
        "progress",
        "exported",
        "attempts",
        "error",
      ] as const;
      return show(context, [found], columns, found);
    },
  },
  "cancel-job": {
    usage: "cancel-job <config> <job>",
    summary: "cancel a job that waits",
    options: SHARD,
    help: SHARD_HELP,
    async run(context) {
      const { number, query } = numberIn(context);
      const params = { id: await configIn(context), job_id: number };
      await context.client.request("DELETE", "/api/plugin_configs/{id}/jobs/{job_id}", { params, query });
      done(context, null, `job ${number} is gone`);
    },
  },
  "run-again": {
    usage: "run-again <config> <dead-letter>",
    summary: "run a job again that was given up",
    options: SHARD,
    help: SHARD_HELP,
    async run(context) {
      const { number, query } = numberIn(context);
      const params = { id: await configIn(context), letter_id: number };
      const path = "/api/plugin_configs/{id}/dead_letters/{letter_id}/run_again";
      const job = await context.client.request("POST", path, { params, query });
      done(context, job, `job ${job.id} was started`);
    },
  },
};

/** What `--payload` gives: a file of JSON, or single fields. */
async function payloadIn({ flags, terminal }: ServerContext): Promise<JsonObject> {
  const given = flags["payload"] as string[];
  const [first, ...others] = given;
  if (first === undefined) return {};
  if (first.includes("=")) return Object.fromEntries(given.map(fieldOf));
  if (others.length > 0) throw new UsageError("--payload takes one file, or fields as KEY=VALUE");
  const name = first === "-" ? "the standard input" : first;
  const payload = parseJson(first === "-" ? await text(terminal.stdin) : await readText(first), name);
  if (!isObject(payload)) throw new UsageError(`${name} must hold an object, such as {"who": "ada"}`);
  return payload;
}

function fieldOf(given: string): [string, Json] {
  const at = given.indexOf("=");
  if (at < 1) throw new UsageError(`--payload ${given} must be KEY=VALUE`);
  return [given.slice(0, at), jsonOrText(given.slice(at + 1))];
}

function jsonOrText(given: string): Json {
  try {
    const value = JSON.parse(given) as Json;
    // What is too large for a number would leave as null.
    return value === Infinity || value === -Infinity ? given : value;
  } catch {
    return given;
  }
}
