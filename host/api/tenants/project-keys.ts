import { z } from "zod";
import { randomToken } from "../../random-token.ts";
import { createProjectKey, type ProjectKey, projectKeysOf, revokeProjectKey } from "../../store/project-keys.ts";
import { forgetTeam } from "../../store/team-lookup.ts";
import { isKeyTaken } from "../../store/teams.ts";
import { isoOf, isoOrNull, pageOf, timestamp } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { jsonBody } from "../body.ts";
import { registryPage, registryPageOf } from "../paging.ts";
import { route, type Subject } from "../route.ts";
import { theTeam } from "../subjects.ts";
import { nameField, projectKeyField } from "./team-json.ts";

const answer = z
  .strictObject({
    id: z.int(),
    key: z.string().meta({ description: "What SDKs send. It only admits events, and is no secret." }),
    label: z.string().nullable(),
    created_at: timestamp,
    revoked_at: timestamp.nullable(),
  })
  .meta({ id: "ProjectKey" });

const newKey = z.strictObject({
  key: projectKeyField.exactOptional().meta({ description: "Made when it is absent." }),
  label: nameField.exactOptional(),
});

const theKey: Subject<{ teamId: number; keyId: number }> = {
  find: async (scope, param) => ({ teamId: (await theTeam.find(scope, param)).id, keyId: Number(param("key_id")) }),
};

/** What SDKs show to be let in. */
export const projectKeyRoutes = [
  route("/api/teams/{id}/project_keys", theTeam, (declare) => ({
    GET: declare({
      summary: "The project keys of a team, newest first",
      access: "read",
      query: registryPage,
      answer: pageOf(answer),
      async handle({ scope, subject, query, request }) {
        const found = await projectKeysOf(scope.db, subject.id, { ...query, limit: query.limit + 1 });
        return registryPageOf(found, query, request.url, toJson);
      },
    }),
    POST: declare({
      summary: "Add a project key",
      access: "write",
      body: jsonBody(newKey),
      answer,
      status: 201,
      async handle({ scope, subject, body: { key = `phc_${randomToken()}`, label = null }, now }) {
        if (await isKeyTaken(scope.db, key)) throw ApiError.invalid("The key is taken.", "key", "unique");
        const created = await createProjectKey(scope.db, subject.id, { token: key, label }, now);
        forgetTeam(key);
        return toJson(created);
      },
    }),
  })),
  route("/api/teams/{id}/project_keys/{key_id}", theKey, (declare) => ({
    DELETE: declare({
      summary: "Revoke a project key: events that come with it are refused within a minute",
      access: "write",
      answer,
      async handle({ scope, subject: { teamId, keyId }, now }) {
        const revoked = await revokeProjectKey(scope.db, teamId, keyId, now);
        if (revoked === null) throw ApiError.notFound(`There is no project key ${keyId} that could be revoked.`);
        forgetTeam(revoked.token);
        return toJson(revoked);
      },
    }),
  })),
];

function toJson({ id, token, label, createdAt, revokedAt }: ProjectKey): z.input<typeof answer> {
  return {
    id,
    key: token,
    label,
    created_at: isoOf(createdAt),
    revoked_at: isoOrNull(revokedAt),
  };
}
