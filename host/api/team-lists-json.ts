import type { JsonObject } from "../event.ts";
import type { DeadLetter, RecordedOutcome } from "../team/listings.ts";
import type { PluginOutcome } from "../team/outcomes.ts";
import type { RecentEvent } from "../team/recent-events.ts";
import type { ingestionWarning, logEntry } from "../team/schema.ts";

const timestamp = (at: number): string => new Date(at).toISOString();

export function deadLetterJson({ at, pluginConfigId, function: name, ...letter }: DeadLetter): JsonObject {
  return { ...letter, timestamp: timestamp(at), plugin_config_id: pluginConfigId, function: name };
}

export function outcomeJson(outcome: RecordedOutcome): JsonObject {
  const { id, at, eventUuid } = outcome;
  return { id, timestamp: timestamp(at), event_uuid: eventUuid, ...endingJson(outcome) };
}

export function recentEventJson({ id, at, before, after, outcomes }: RecentEvent): JsonObject {
  return { id, timestamp: timestamp(at), before, after, outcomes: outcomes.map(endingJson) };
}

export function warningJson({ id, at, code, detail, item }: typeof ingestionWarning.$inferSelect): JsonObject {
  return { id, timestamp: timestamp(at), code, detail, item };
}

export function logJson({ id, at, pluginConfigId, source, type, message }: typeof logEntry.$inferSelect): JsonObject {
  return { id, timestamp: timestamp(at), plugin_config_id: pluginConfigId, source, type, message };
}

function endingJson(outcome: PluginOutcome): JsonObject {
  const { teamId, pluginConfigId, plugin, version, function: name, kind, fuel } = outcome;
  return {
    team_id: teamId,
    plugin_config_id: pluginConfigId,
    plugin,
    version,
    function: name,
    kind,
    reason: outcome.reason ?? null,
    message: outcome.message ?? null,
    limit: outcome.limit ?? null,
    value: outcome.value ?? null,
    fuel,
    ...(outcome.results && { results: outcome.results.map((result) => ({ ...result })) }),
  };
}
