import { z } from "zod";
import { mockFetch } from "../../cases/mock-fetch.ts";
import type { Json, JsonObject } from "../../event.ts";
import { isObject } from "../../is-object.ts";
import { isTask, type TaskName } from "../../../wit/plugin-functions.ts";
import type { DryRunRequest } from "../../team/dry-run/dry-run.ts";
import { ApiError } from "../api-error.ts";
import { id } from "../parse.ts";
import { trialFields } from "./candidate.ts";

const MAX_EVENTS = 100;
const MAX_MOCKS = 1000;
const FUNCTIONS = ["processEvent", "processEventBatch", "onEvent", "composeWebhook", "exportEvents"] as const;
type Named = (typeof FUNCTIONS)[number] | TaskName;

const isNamed = (value: unknown): boolean =>
  typeof value === "string" && value.length <= 200 && (FUNCTIONS.some((name) => name === value) || isTask(value));

const event = z
  .custom<JsonObject>(isObject, { error: "must be an object" })
  .meta({ description: "An event as SDKs send it", override: { type: "object", additionalProperties: true } });

/** Answers as cases have them. Where redirects lead they say themselves. */
const mock = mockFetch
  .omit({ finalUrl: true, redirected: true })
  .extend({ status: z.int().min(200).max(599).optional() })
  .meta({ id: "MockFetch" });

/** Where the answers to a plugin's requests come from. */
export const network = z
  .union([z.enum(["live", "off"]), z.array(mock).max(MAX_MOCKS)], {
    error: 'must be "live", "off" or a list of answers such as [{"url": "https://api.example.com/", "json": {}}]',
  })
  .meta({
    description: "Whether requests are sent, to the hosts that are granted, or what they are answered with instead",
  });

const whatToRun = {
  event: event.exactOptional(),
  events: z.array(event).min(1).max(MAX_EVENTS).exactOptional(),
  recent_event: z.string().exactOptional().meta({ description: "The uuid of one of the team's recent events" }),
  recent: z.int().min(1).max(MAX_EVENTS).exactOptional().meta({ description: "So many of the team's last events" }),
  function: z
    .custom<Named>(isNamed, { error: `must be one of ${FUNCTIONS.join(", ")}, or a task such as runEveryHour` })
    .exactOptional()
    .meta({
      description: "Another function than the one that would process events, or a task",
      override: { type: "string" },
    }),
  job: z
    .strictObject({
      name: z.string().min(1).max(200),
      payload: z.custom<Json>((value) => value !== undefined).exactOptional(),
    })
    .exactOptional()
    .meta({ description: "A job of the plugin, in the place of a function" }),
  fetch: network.default("live"),
};

export const dryRunOfConfig = z.strictObject({ ...trialFields, ...whatToRun });
export const dryRunOfSource = dryRunOfConfig.extend({
  team_id: id,
  plugin_id: id.exactOptional(),
  source: z.string().exactOptional(),
});

export type DryRunBody = z.output<typeof dryRunOfConfig>;

/** Throws ApiError 400 for a body that asks for several things at once. */
export function checkDryRun(body: DryRunBody): void {
  for (const names of [
    ["event", "events", "recent_event", "recent"],
    ["function", "job"],
  ] as const) {
    const [first, second] = names.filter((name) => body[name] !== undefined);
    if (second !== undefined) throw ApiError.invalid(`Send either ${first} or ${second}, not both.`, second);
  }
}

/** What of a body says which function is called. */
export function calledBy({ function: name, job }: DryRunBody): Pick<DryRunRequest, "call" | "processor"> {
  if (job) {
    const payload = job.payload === undefined ? null : JSON.stringify(job.payload);
    return { call: { kind: "job", name: job.name, payload } };
  }
  if (name === undefined) return {};
  if (name === "processEvent" || name === "processEventBatch") return { processor: name };
  if (isTask(name)) return { call: { kind: "task", function: name } };
  return { call: { kind: "events", function: name } };
}
