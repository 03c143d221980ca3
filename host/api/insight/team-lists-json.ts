import { z } from "zod";
import { OUTCOME_KINDS } from "../../../wit/generated/contract.ts";
import type { DeadLetter, RecordedOutcome } from "../../team/insight/listings.ts";
import { OF_TEAM } from "../../team/insight/log.ts";
import type { PluginOutcome } from "../../team/insight/outcomes.ts";
import type { RecentEvent } from "../../team/insight/recent-events.ts";
import type { KeptLogEntry } from "../../team/insight/log.ts";
import type { ingestionWarning } from "../../team/schema.ts";
import { isoOf, json, jsonObject, timestamp } from "../answers.ts";

/** How a call of a plugin ended. */
const ending = z.strictObject({
  team_id: z.int(),
  plugin_config_id: z.int(),
  plugin: z.string(),
  version: z.string(),
  function: z.string(),
  kind: z.enum(OUTCOME_KINDS),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  limit: z.string().nullable(),
  value: z.number().nullable(),
  resets_at: timestamp
    .nullable()
    .meta({ description: "When a quota that kept the plugin from being called begins anew." }),
  fuel: z.number(),
  duration_ms: z.number().nullable().meta({ description: "What passed while the call waited." }),
  results: z.array(jsonObject).optional().meta({ description: "Of a batch: what became of each event." }),
});

export const outcomeAnswer = ending
  .extend({
    id: z.int().meta({ description: "Counted by each shard for itself." }),
    shard: z.int(),
    timestamp,
    event_uuid: z.string().nullable(),
    has_case: z.boolean().meta({ description: "Whether GET /api/outcomes/{id}/case tells how to run the call again." }),
  })
  .meta({ id: "Outcome" });

export const deadLetterAnswer = z
  .strictObject({
    id: z.int().meta({ description: "Counted by each shard for itself." }),
    shard: z.int(),
    uuid: z.string(),
    event: jsonObject.meta({ description: "For a job that was given up, `job` with its name, and its `payload`." }),
    status: z.int().meta({ description: "The HTTP status of the other side; 0 when nobody has answered." }),
    answer: z.string(),
    timestamp,
    plugin_config_id: z.int().nullable(),
    function: z.string().nullable(),
  })
  .meta({ id: "DeadLetter" });

export const recentEventAnswer = z
  .strictObject({
    id: z.int(),
    timestamp,
    before: jsonObject,
    after: jsonObject.nullable().meta({ description: "Null when a plugin dropped it." }),
    outcomes: z.array(ending),
  })
  .meta({ id: "RecentEvent" });

export const warningAnswer = z
  .strictObject({ id: z.int(), timestamp, code: z.string(), detail: z.string(), item: json })
  .meta({ id: "IngestionWarning" });

export const logAnswer = z
  .strictObject({
    id: z.int(),
    timestamp,
    plugin_config_id: z.int().nullable().meta({ description: "Null for what is said of the team as a whole." }),
    source: z.string(),
    type: z.string(),
    message: z.string(),
    function: z.string().nullable().meta({ description: "Whose call wrote it; null for what is not of a call." }),
    event_uuid: z.string().nullable().meta({ description: "The event that the call was for, if it was a single one." }),
  })
  .meta({ id: "LogEntry" });

export function deadLetterJson({
  at,
  pluginConfigId,
  function: name,
  ...letter
}: DeadLetter & { shard: number }): z.input<typeof deadLetterAnswer> {
  return { ...letter, timestamp: isoOf(at), plugin_config_id: pluginConfigId, function: name };
}

/** An outcome, and the shard that knows it by its number. */
export type ShardOutcome = RecordedOutcome & { shard: number };

export function outcomeJson(outcome: ShardOutcome): z.input<typeof outcomeAnswer> {
  const { id, shard, at, eventUuid, recording } = outcome;
  const about = { id, shard, timestamp: isoOf(at), event_uuid: eventUuid, has_case: recording !== undefined };
  return { ...about, ...endingJson(outcome) };
}

export function recentEventJson({ id, at, before, after, outcomes }: RecentEvent): z.input<typeof recentEventAnswer> {
  return { id, timestamp: isoOf(at), before, after, outcomes: outcomes.map(endingJson) };
}

export function warningJson({
  id,
  at,
  code,
  detail,
  item,
}: typeof ingestionWarning.$inferSelect): z.input<typeof warningAnswer> {
  return { id, timestamp: isoOf(at), code, detail, item };
}

export function logJson(entry: KeptLogEntry): z.input<typeof logAnswer> {
  const { id, at, pluginConfigId, source, type, message, function: name, eventUuid } = entry;
  const config = pluginConfigId === OF_TEAM ? null : pluginConfigId;
  const by = { plugin_config_id: config, function: name, event_uuid: eventUuid };
  return { id, timestamp: isoOf(at), source, type, message, ...by };
}

function endingJson(outcome: PluginOutcome): z.input<typeof ending> {
  const { teamId, pluginConfigId, plugin, version, function: name, kind, fuel, quota } = outcome;
  return {
    team_id: teamId,
    plugin_config_id: pluginConfigId,
    plugin,
    version,
    function: name,
    kind,
    reason: outcome.reason ?? null,
    message: outcome.message ?? null,
    limit: outcome.limit ?? quota?.name ?? null,
    value: outcome.value ?? quota?.limit ?? null,
    resets_at: quota?.resetsAt ? isoOf(quota.resetsAt) : null,
    fuel,
    duration_ms: outcome.ms ?? null,
    ...(outcome.results && { results: outcome.results.map((result) => ({ ...result })) }),
  };
}
