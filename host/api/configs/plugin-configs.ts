import { z } from "zod";
import { attachmentsOf } from "../../store/attachments.ts";
import { configsOf, deleteConfig, reorderConfigs } from "../../store/plugin-configs.ts";
import { objectsOf, teamStub } from "../../team/team-client.ts";
import { pageOf } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { jsonBody } from "../body.ts";
import { deleteBlobs } from "./attachments.ts";
import { registryPageOf, registryPage } from "../paging.ts";
import { digits, id } from "../parse.ts";
import { configChangesBody, newConfigBody } from "./plugin-config-body.ts";
import { configAnswer, shownConfig } from "./plugin-config-json.ts";
import { reconfigure } from "../reconfigure.ts";
import { route } from "../route.ts";
import { addConfig, changeConfig } from "./save-config.ts";
import { referenced } from "../scope.ts";
import { nothing, theConfig } from "../subjects.ts";

/** What the plugins of a team are configured with: the pipeline, in its order. */
export const pluginConfigRoutes = [
  route("/api/plugin_configs", nothing, (declare) => ({
    GET: declare({
      summary: "The configs of a team, in the order in which their plugins run",
      access: "read",
      query: registryPage.extend({ team_id: digits }),
      answer: pageOf(configAnswer),
      async handle({ scope, query, request }) {
        const { limit, offset } = query;
        const team = await scope.team(query.team_id);
        const configs = await configsOf(scope.db, team.id, { limit: limit + 1, offset });
        const shownConfigs = await Promise.all(configs.map((config) => shownConfig(scope, config)));
        return registryPageOf(shownConfigs, query, request.url, (config) => config);
      },
    }),
    POST: declare({
      summary: "Configure a plugin for a team",
      access: "write",
      body: newConfigBody,
      answer: configAnswer,
      status: 201,
      handle: async ({ env, scope, body, now }) => shownConfig(scope, await addConfig(env, scope, body, now)),
    }),
  })),
  route("/api/plugin_configs/{id}", theConfig, (declare) => ({
    GET: declare({
      summary: "One config",
      access: "read",
      answer: configAnswer,
      handle: async ({ scope, subject: { config } }) => shownConfig(scope, config),
    }),
    PATCH: declare({
      summary: "Change a config; it is live with the answer",
      access: "write",
      body: configChangesBody,
      answer: configAnswer,
      async handle({ env, scope, subject, body, now }) {
        return shownConfig(scope, await changeConfig(env, scope, subject, body, now));
      },
    }),
    DELETE: declare({
      summary: "Remove a config with its attachments",
      access: "write",
      async handle({ env, scope, subject: { config, team } }) {
        const attachments = await attachmentsOf(scope.db, team.id, config.id);
        await deleteConfig(scope.db, team.id, config.id);
        await reconfigure(env, [team]);
        await deleteBlobs(env, attachments);
      },
    }),
  })),
  route("/api/plugin_configs/rearrange", nothing, (declare) => ({
    POST: declare({
      summary: "Give a team's configs another order",
      access: "write",
      body: jsonBody(z.strictObject({ team_id: id, order: z.array(id).max(1000) })),
      answer: pageOf(configAnswer),
      async handle({ env, scope, body: { team_id: teamId, order } }) {
        const team = await referenced("team_id", scope.team(teamId));
        await reorderConfigs(scope.db, team.id, order);
        await reconfigure(env, [team]);
        const configs = await configsOf(scope.db, team.id);
        return { results: await Promise.all(configs.map((config) => shownConfig(scope, config))), next: null };
      },
    }),
  })),
  route("/api/plugin_configs/{id}/retry_setup", theConfig, (declare) => ({
    POST: declare({
      summary: "Set a plugin up again that had been given up, in all shards of its team",
      access: "write",
      answer: z.strictObject({ error: z.string().nullable().meta({ description: "What is wrong with it now." }) }),
      async handle({ env, subject: { config, team } }) {
        if (!config.enabled) throw ApiError.invalid(`Plugin config ${config.id} is not enabled.`, null);
        const failures = await Promise.all(
          objectsOf(team).map((address) => teamStub(env, address).retrySetup(address, config.id)),
        );
        const failure = failures.find((each) => each !== null);
        return { error: failure ? (failure.message ?? failure.kind) : null };
      },
    }),
  })),
];
