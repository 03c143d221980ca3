import { z } from "zod";
import type { Env } from "../../env.ts";
import { readPayload } from "../../plugins/public-job-payload.ts";
import { historicalExportJob } from "../../plugins/historical-export-job.ts";
import { publicJobsOf } from "../../plugins/public-jobs-of.ts";
import { versionOfConfig } from "../../store/plugin-versions.ts";
import type { PluginConfig } from "../../store/plugin-configs.ts";
import type { Team } from "../../store/teams.ts";
import type { StartedJob } from "../../team/jobs/job-desk.ts";
import { teamStub } from "../../team/team-client.ts";
import { jsonObject } from "../answers.ts";
import { ApiError, type FieldError } from "../api-error.ts";
import { jsonBody } from "../body.ts";
import type { Scope } from "../scope.ts";
import { beginExport } from "./historical-export.ts";

const NO_TYPE = "The job type must be specified!";

const job = z.strictObject({
  type: z.string().exactOptional().meta({ description: "The job's name under publicJobs." }),
  payload: jsonObject.default({}),
  operation: z.string().max(200, { error: "has at most 200 characters" }).default("start"),
});

/** PostHog's body for starting a job by hand. */
export const publicJobBody = jsonBody(z.strictObject({ job }));

/** Characters of a payload. */
const MAX_PAYLOAD = 600_000;

/** Has a public job of a config run now. Throws ApiError 400, which names the field and the rule. */
export async function startPublicJob(
  env: Env,
  { db }: Scope,
  { config, team }: { config: PluginConfig; team: Team },
  { job: { type, payload, operation } }: { job: z.output<typeof job> },
): Promise<StartedJob | { id: null }> {
  if (!config.enabled) throw ApiError.invalid(`Plugin config ${config.id} is not enabled.`, null);
  if (!type) throw ApiError.invalid(NO_TYPE, "job__type", "required");
  const publicJobs = publicJobsOf(await versionOfConfig(db, config));
  const declared = publicJobs.get(type);
  if (declared === undefined) throw unknownJob(type, [...publicJobs.keys()]);
  const read = readPayload(declared, payload);
  if ("problems" in read) throw wrongPayload(read.problems);
  if (declared === historicalExportJob) return beginExport(env, { config, team }, read.payload);
  const json = JSON.stringify({ ...read.payload, $operation: operation });
  if (json.length > MAX_PAYLOAD)
    throw ApiError.invalid(`job__payload has more than ${MAX_PAYLOAD} characters of JSON.`, "job__payload");
  const address = { teamId: team.id, shard: 0 };
  return teamStub(env, address).startJob(address, config.id, type, json);
}

function unknownJob(type: string, names: readonly string[]): ApiError {
  const known = names.length === 0 ? "has none" : `has ${names.join(", ")}`;
  const detail = `job__type is "${type.slice(0, 200)}", which is no public job of this plugin: it ${known}. plugin.json declares them under publicJobs, and the plugin exports them in jobs.`;
  return ApiError.invalid(detail, "job__type", "does_not_exist");
}

function wrongPayload(problems: readonly { field: string; rule: string }[]): ApiError {
  const [first = { attr: null, detail: "job__payload is not valid." }, ...others] = problems.map(
    ({ field, rule }): FieldError => ({
      attr: `job__payload__${field.slice(0, 200)}`,
      detail: `job__payload__${field.slice(0, 200)} ${rule}.`,
    }),
  );
  return ApiError.fields([first, ...others], problems[0]?.rule === "is required" ? "required" : "invalid_input");
}
