import { z } from "zod";
import { versionsOfConfig } from "../../store/config-versions.ts";
import { isoOf, pageOf, timestamp } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { jsonBody } from "../body.ts";
import { id } from "../parse.ts";
import { configAnswer, shownConfig } from "./plugin-config-json.ts";
import { route } from "../route.ts";
import { changeConfig } from "./save-config.ts";
import { theConfig } from "../subjects.ts";

const MAX_HISTORY = 100;

const body = z.strictObject({
  plugin_version_id: id.exactOptional().meta({ description: "The one that ran before, when it is absent" }),
  skip_setup: z.boolean().exactOptional(),
});

/** Going back to what ran before. */
export const rollBackRoutes = [
  route("/api/plugin_configs/{id}/history", theConfig, (declare) => ({
    GET: declare({
      summary: "Which versions a config ran, and since when, newest first",
      access: "read",
      answer: pageOf(z.strictObject({ plugin_version_id: z.int(), timestamp })),
      async handle({ scope, subject: { config } }) {
        const found = await versionsOfConfig(scope.db, config.id, MAX_HISTORY);
        const results = found.map(({ pluginVersionId, at }) => ({
          plugin_version_id: pluginVersionId,
          timestamp: isoOf(at),
        }));
        return { results, next: null };
      },
    }),
  })),
  route("/api/plugin_configs/{id}/rollback", theConfig, (declare) => ({
    POST: declare({
      summary: "Go back to the version that ran before; it is live with the answer",
      description: "The config is pinned there, so that the next upgrade of all does not move it again.",
      access: "write",
      body: jsonBody(body),
      answer: configAnswer,
      async handle({ env, scope, subject, body: { plugin_version_id, ...rest }, now }) {
        const { config } = subject;
        const history = await versionsOfConfig(scope.db, config.id, MAX_HISTORY);
        const wanted =
          plugin_version_id ??
          history.find(({ pluginVersionId }) => pluginVersionId !== config.pluginVersionId)?.pluginVersionId;
        if (wanted === undefined) throw ApiError.invalid(`Plugin config ${config.id} ran no other version yet.`, null);
        const values = { ...rest, plugin_version_id: wanted, pinned: true };
        const request = { values, add: new Map(), remove: new Set<string>() };
        return shownConfig(scope, await changeConfig(env, scope, subject, request, now));
      },
    }),
  })),
];
