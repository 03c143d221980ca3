import { z } from "zod";
import type { Env } from "../../env.ts";
import type { PluginConfig } from "../../store/plugin-configs.ts";
import type { Team } from "../../store/teams.ts";
import type { TeamAddress } from "../../team/facts.ts";
import type { PendingJob, StartedJob } from "../../team/jobs/job-desk.ts";
import { objectsOf, teamStub } from "../../team/team-client.ts";
import { isoOf, isoOrNull, pageOf, timestamp } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { mergePages } from "../merge-pages.ts";
import { beforeField, cursorOver, limitField, nextUrl } from "../paging.ts";
import { digits } from "../parse.ts";
import { route, type Subject } from "../route.ts";
import { theConfig } from "../subjects.ts";
import { publicJobBody, startPublicJob } from "./public-job.ts";

const jobAnswer = z
  .strictObject({
    id: z.int().meta({ description: "Counted by each shard for itself." }),
    shard: z.int(),
    name: z.string(),
    payload: z.string().nullable().meta({ description: "JSON, with secrets taken out." }),
    due: timestamp,
    attempts: z.int().meta({ description: "Runs that it has had and that asked for another." }),
    started_at: timestamp.nullable().meta({ description: "When the run in hand began." }),
    waits_for_config: z.boolean().meta({ description: "Whether it is due once the config is enabled again." }),
  })
  .meta({ id: "Job" });

const startedAnswer = z.strictObject({
  id: z.int().nullable().meta({ description: "Null for the historical export, of which a config has one." }),
  shard: z.int(),
});

const shardQuery = z.object({
  shard: digits.exactOptional().meta({ description: "As the job or the dead letter says; 0 when it is absent" }),
});

type ShardedJob = PendingJob & { shard: number };

interface OfConfig {
  config: PluginConfig;
  team: Team;
}

/** `/api/plugin_configs/{id}/.../{number}`: what a shard of the team knows by a number of its own. */
const numbered = (name: string): Subject<OfConfig & { number: number }> => ({
  async find(scope, param) {
    return { ...(await theConfig.find(scope, param)), number: Number(param(name)) };
  },
});

/** Jobs of a config: those that wait, and those that people start. */
export const jobRoutes = [
  route("/api/plugin_configs/{id}/job", theConfig, (declare) => ({
    POST: declare({
      summary: "Start a job that plugin.json declares under publicJobs",
      description: "The payload is checked against the declaration; `operation` arrives as `$operation` in it.",
      access: "write",
      body: publicJobBody,
      answer: startedAnswer,
      status: 201,
      async handle({ env, scope, subject, body }) {
        return { id: taken(await startPublicJob(env, scope, subject, body)), shard: 0 };
      },
    }),
  })),
  route("/api/plugin_configs/{id}/jobs", theConfig, (declare) => ({
    GET: declare({
      summary: "Jobs of a config that wait, newest first",
      access: "read",
      query: z.object({ limit: limitField, before: beforeField }),
      answer: pageOf(jobAnswer),
      async handle({ env, subject: { config, team }, query: { limit, before }, request }) {
        const cursor = cursorOver(team.mostShards, before);
        const read = async (address: TeamAddress, page: { limit: number; before?: number }) => {
          const { results, next } = await teamStub(env, address).listJobs(address, config.id, page);
          return { results: results.map((job) => ({ ...job, shard: address.shard })), next };
        };
        const options = { limit, timeOf: ({ dueAt }: ShardedJob) => dueAt, ...(cursor && { before: cursor }) };
        const page = await mergePages(objectsOf(team), read, options);
        return { results: page.results.map(toJson), next: nextUrl(request.url, page.next) };
      },
    }),
  })),
  route("/api/plugin_configs/{id}/jobs/{job_id}", numbered("job_id"), (declare) => ({
    DELETE: declare({
      summary: "Cancel a job that waits; one that runs comes to its end, and does not run again",
      access: "write",
      query: shardQuery,
      async handle({ env, subject: { config, team, number }, query: { shard = 0 } }) {
        const address = objectsOf(team)[shard];
        const isGone = address && (await teamStub(env, address).cancelJob(address, config.id, number));
        if (isGone !== true) throw noneOf(config, `job ${number}`, shard);
        return undefined;
      },
    }),
  })),
  route("/api/plugin_configs/{id}/dead_letters/{letter_id}/run_again", numbered("letter_id"), (declare) => ({
    POST: declare({
      summary: "Run a job again that was given up; it is no dead letter any more then",
      access: "write",
      query: shardQuery,
      answer: startedAnswer,
      status: 201,
      async handle({ env, subject: { config, team, number }, query: { shard = 0 } }) {
        const address = objectsOf(team)[shard];
        const started = address && (await runAgain(env, address, config, number));
        if (!started) throw noneOf(config, `job among its dead letters with number ${number}`, shard);
        return { id: taken(started), shard };
      },
    }),
  })),
];

const runAgain = (env: Env, address: TeamAddress, { id }: PluginConfig, letter: number): Promise<StartedJob | null> =>
  teamStub(env, address).runJobAgain(address, id, letter);

/** Throws ApiError 400 for a job that was not taken. */
function taken<Started extends { id: number | null }>(started: Started | { refused: string }): Started["id"] {
  if ("refused" in started) throw ApiError.invalid(`The job was not taken: ${started.refused}.`, null, "job_refused");
  return started.id;
}

const noneOf = ({ id }: PluginConfig, what: string, shard: number): ApiError =>
  ApiError.notFound(`Plugin config ${id} has no ${what} in shard ${shard}.`);

function toJson({ dueAt, startedAt, isParked, ...job }: ShardedJob): z.input<typeof jobAnswer> {
  return { ...job, due: isoOf(dueAt), started_at: isoOrNull(startedAt), waits_for_config: isParked };
}
