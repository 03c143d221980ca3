import { z } from "zod";
import {
  type ApiToken,
  apiTokensOf,
  createApiToken,
  revokeApiToken,
  SCOPES,
  type TokenOwner,
} from "../../store/api-tokens.ts";
import { isoOf, isoOrNull, pageOf, timestamp } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { jsonBody } from "../body.ts";
import { registryPage, registryPageOf } from "../paging.ts";
import { type Role, route, type Subject } from "../route.ts";
import { nothing, theOrganization, theTeam } from "../subjects.ts";
import { nameField } from "./team-json.ts";

const answer = z
  .strictObject({
    id: z.int(),
    label: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    organization_id: z.int().nullable(),
    team_id: z.int().nullable(),
    created_at: timestamp,
    last_used_at: timestamp.nullable().meta({ description: "To the minute." }),
    revoked_at: timestamp.nullable(),
  })
  .meta({ id: "ApiToken" });

const newToken = z.strictObject({
  label: nameField.meta({ description: "What it is for." }),
  scopes: z
    .array(z.enum(SCOPES, { error: 'must be "read" or "write"' }))
    .min(1, { error: 'must have "read", or "read" and "write"' })
    .default(["read"]),
});

const whoami = z.strictObject({
  role: z.enum(["operator", "organization", "team"]),
  organization_id: z.int().nullable(),
  team_id: z.int().nullable(),
  scopes: z.array(z.enum(SCOPES)),
  label: z.string().nullable(),
});

/** Tokens of the API. A team's token opens what is the team's, an organization's all of its teams; each secret is shown once. */
export const tokenRoutes = [
  route("/api/token", nothing, (declare) => ({
    GET: declare({
      summary: "Whom the token of this request belongs to",
      access: "read",
      answer: whoami,
      async handle({ scope: { principal } }) {
        return {
          role: principal.role,
          organization_id: principal.role === "operator" ? null : principal.organizationId,
          team_id: principal.role === "team" ? principal.teamId : null,
          scopes: SCOPES.filter((scope) => scope === "read" || principal.access === scope),
          label: principal.token?.label ?? null,
        };
      },
    }),
  })),
  ...tokensUnder("/api/organizations/{id}", theOrganization, "organization", ({ id }) => ({
    organizationId: id,
    teamId: null,
  })),
  ...tokensUnder("/api/teams/{id}", theTeam, "team", ({ id }) => ({ organizationId: null, teamId: id })),
];

function tokensUnder<Found, const Path extends string>(
  path: Path,
  subject: Subject<Found>,
  role: Role,
  ownerOf: (found: Found) => TokenOwner,
) {
  return [
    route(`${path}/tokens` as const, subject, (declare) => ({
      GET: declare({
        summary: `The API tokens of the ${role}, newest first`,
        role,
        access: "read",
        query: registryPage,
        answer: pageOf(answer),
        async handle({ scope, subject: owner, query, request }) {
          const found = await apiTokensOf(scope.db, ownerOf(owner), { ...query, limit: query.limit + 1 });
          return registryPageOf(found, query, request.url, toJson);
        },
      }),
      POST: declare({
        summary: `Make an API token of the ${role}`,
        role,
        access: "write",
        body: jsonBody(newToken),
        answer: answer.extend({ token: z.string().meta({ description: "Shown this once." }) }),
        status: 201,
        async handle({ scope, subject: owner, body, now }) {
          const { token, secret } = await createApiToken(scope.db, ownerOf(owner), body, now);
          return { ...toJson(token), token: secret };
        },
      }),
    })),
    route(`${path}/tokens/{token_id}` as const, tokenUnder(subject), (declare) => ({
      DELETE: declare({
        summary: "Revoke a token, at once",
        role,
        access: "write",
        answer,
        async handle({ scope, subject: { found, tokenId }, now }) {
          const revoked = await revokeApiToken(scope.db, ownerOf(found), tokenId, now);
          if (revoked === null) throw ApiError.notFound(`There is no token ${tokenId} that could be revoked.`);
          return toJson(revoked);
        },
      }),
    })),
  ] as const;
}

function tokenUnder<Found>(subject: Subject<Found>): Subject<{ found: Found; tokenId: number }> {
  return {
    find: async (scope, param) => ({ found: await subject.find(scope, param), tokenId: Number(param("token_id")) }),
  };
}

function toJson(token: ApiToken): z.input<typeof answer> {
  return {
    id: token.id,
    label: token.label ?? "",
    scopes: SCOPES.filter((scope) => token.scopes?.includes(scope)),
    organization_id: token.organizationId,
    team_id: token.teamId,
    created_at: isoOf(token.createdAt),
    last_used_at: isoOrNull(token.lastUsedAt),
    revoked_at: isoOrNull(token.revokedAt),
  };
}
