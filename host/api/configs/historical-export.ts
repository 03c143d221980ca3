import { z } from "zod";
import type { Env } from "../../env.ts";
import type { JsonObject } from "../../event.ts";
import { parseTime } from "../../parse-time.ts";
import type { PluginConfig } from "../../store/plugin-configs.ts";
import type { Team } from "../../store/teams.ts";
import type { HistoricalExport } from "../../team/historical-exports/historical-exports.ts";
import { progressOf } from "../../team/historical-exports/progress.ts";
import { historicalExport } from "../../team/schema.ts";
import { teamStub } from "../../team/team-client.ts";
import { isoOf, isoOrNull, timestamp } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { route } from "../route.ts";
import { theConfig } from "../subjects.ts";

const answer = z
  .strictObject({
    state: z.enum(historicalExport.state.enumValues),
    date_from: timestamp.nullable(),
    date_to: timestamp,
    reached: timestamp.nullable().meta({ description: "All events before this time are exported." }),
    progress: z.number().nullable().meta({ description: "Of the time from date_from to date_to, from 0 to 1." }),
    exported: z.int().meta({ description: "Events that exportEvents has taken." }),
    attempts: z.int().meta({ description: "Failures in a row of the page in hand." }),
    due: timestamp.nullable().meta({ description: "When it goes on; null when it is over or its config is disabled." }),
    error: z.string().nullable(),
    started_at: timestamp,
    finished_at: timestamp.nullable(),
  })
  .meta({ id: "HistoricalExport" });

/** The export of events that a team's PostHog had before the plugin did; POST of a job begins it. */
export const historicalExportRoutes = [
  route("/api/plugin_configs/{id}/historical_export", theConfig, (declare) => ({
    GET: declare({
      summary: "How far the export of old events has come, or how the last one ended",
      access: "read",
      answer,
      async handle({ env, subject }) {
        const found = await inObject(env, subject).findExport();
        if (found === null) throw ApiError.notFound(`Plugin config ${subject.config.id} has exported no old events.`);
        return toJson(found);
      },
    }),
    DELETE: declare({
      summary: "Cancel it; what was exported stays exported",
      access: "write",
      async handle({ env, subject }) {
        if (!(await inObject(env, subject).cancelExport()))
          throw ApiError.notFound(`Plugin config ${subject.config.id} exports no old events at the moment.`);
        return undefined;
      },
    }),
  })),
];

/**
 * Begins one. Without dateTo it ends where the config began, as later events came by themselves.
 * @returns why it was not taken, if so
 */
export async function beginExport(
  env: Env,
  subject: { config: PluginConfig; team: Team },
  { dateFrom, dateTo }: JsonObject,
): Promise<{ id: null } | { refused: string }> {
  const from = parseTime(dateFrom);
  const to = parseTime(dateTo) ?? subject.config.createdAt;
  if (from !== null && from >= to)
    throw ApiError.invalid(
      `job__payload__dateFrom is not before ${isoOf(to)}, where the export ends${dateTo ? "" : ": the time when the config was made. Give a dateTo for another"}.`,
      "job__payload__dateFrom",
    );
  const refused = await inObject(env, subject).beginExport(from, to);
  return refused === null ? { id: null } : { refused };
}

function inObject(env: Env, { config: { id }, team }: { config: PluginConfig; team: Team }) {
  const address = { teamId: team.id, shard: 0 };
  const stub = teamStub(env, address);
  return {
    beginExport: (from: number | null, to: number) => stub.beginExport(address, id, from, to),
    findExport: () => stub.findExport(address, id),
    cancelExport: () => stub.cancelExport(address, id),
  };
}

function toJson(row: HistoricalExport): z.input<typeof answer> {
  const { state, exported, attempts, error } = row;
  return {
    state,
    date_from: isoOrNull(row.dateFrom),
    date_to: isoOf(row.dateTo),
    reached: isoOrNull(row.reached),
    progress: progressOf(row),
    exported,
    attempts,
    error,
    due: isoOrNull(row.dueAt),
    started_at: isoOf(row.startedAt),
    finished_at: isoOrNull(row.finishedAt),
  };
}
