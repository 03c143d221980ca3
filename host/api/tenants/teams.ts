import { asc } from "drizzle-orm";
import { z } from "zod";
import type { Env } from "../../env.ts";
import { randomToken } from "../../random-token.ts";
import { placeOf } from "../../secrets/registry-secrets.ts";
import { sealedFor } from "../sealed-for.ts";
import { team } from "../../store/schema.ts";
import { forgetTeam } from "../../store/team-lookup.ts";
import { createTeam, isKeyTaken, type TeamSettings, updateTeam } from "../../store/teams.ts";
import { pageOf } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { jsonBody } from "../body.ts";
import { eraseTeamFor } from "./erase.ts";
import { registryPage, registryPageOf } from "../paging.ts";
import { permit } from "../principal.ts";
import { reconfigure } from "../reconfigure.ts";
import { route } from "../route.ts";
import { nothing, theTeam } from "../subjects.ts";
import { changedQuotas, newTeam, teamAnswer, teamChanges, teamJson } from "./team-json.ts";

/** Teams and their settings. Their keys for PostHog can be written and never read. */
export const teamRoutes = [
  route("/api/teams", nothing, (declare) => ({
    GET: declare({
      summary: "The teams that the caller sees",
      access: "read",
      query: registryPage,
      answer: pageOf(teamAnswer),
      async handle({ scope, query, request }) {
        const { limit, offset } = query;
        const found = scope.db.select().from(team).where(scope.teams).orderBy(asc(team.id));
        return registryPageOf(await found.limit(limit + 1).offset(offset), query, request.url, teamJson);
      },
    }),
    POST: declare({
      summary: "Add a team with its first project key",
      role: "organization",
      access: "write",
      body: jsonBody(newTeam),
      answer: teamAnswer.extend({ project_key: z.string() }),
      status: 201,
      async handle({ env, scope, body: { organization_id, project_key, personal_api_key, ...changes }, now }) {
        const { id: organizationId } = await scope.organizationFor(organization_id);
        const token = project_key ?? `phc_${randomToken()}`;
        if (await isKeyTaken(scope.db, token)) throw ApiError.invalid("The key is taken.", "project_key", "unique");
        const settings = { ...columnsOf(changes), name: changes.name, token };
        const created = await createTeam(scope.db, organizationId, settings, now);
        await scope.team(created.id);
        forgetTeam(token);
        const keys = personal_api_key ? { personalApiKey: await sealed(env, created.id, personal_api_key) } : {};
        const after = (await updateTeam(scope.db, organizationId, created.id, keys, now)) ?? created;
        return { ...teamJson(after), project_key: token };
      },
    }),
  })),
  route("/api/teams/{id}", theTeam, (declare) => ({
    GET: declare({
      summary: "One team",
      access: "read",
      answer: teamAnswer,
      handle: async ({ subject }) => teamJson(subject),
    }),
    PATCH: declare({
      summary: "Change a team's settings",
      access: "write",
      body: jsonBody(teamChanges),
      answer: teamAnswer,
      async handle({ env, scope, subject: before, body: { personal_api_key, quotas, ...changes }, now }) {
        if (quotas !== undefined) permit(scope.principal, "operator", "write");
        const settings: TeamSettings = {
          ...columnsOf(changes),
          ...(quotas !== undefined && { quotas: changedQuotas(before.quotas, quotas) }),
          ...(personal_api_key !== undefined && { personalApiKey: await sealed(env, before.id, personal_api_key) }),
        };
        const after = await updateTeam(scope.db, before.organizationId, before.id, settings, now);
        if (after === null) throw ApiError.notFound(`There is no team ${before.id}.`);
        forgetTeam();
        // Shards that are no more in use still have events to deliver.
        await reconfigure(env, [after]);
        return teamJson(after);
      },
    }),
    DELETE: declare({
      summary: "Erase a team with everything that is anywhere of it",
      description:
        "When it ends with 503, send it again: it goes on where it ended. Until then the team lets nobody in.",
      role: "organization",
      access: "write",
      isErasure: true,
      // It leaves an entry of its own, which goes with the organization and not with the team.
      isChange: false,
      handle: async (call) => eraseTeamFor(call, call.subject),
    }),
  })),
];

function columnsOf(changes: Omit<z.output<typeof teamChanges>, "personal_api_key" | "quotas">): TeamSettings {
  const { posthog_host, posthog_api_key, anonymize_ips, note_plugins, log_retention_days, ...same } = changes;
  return {
    ...same,
    ...(posthog_host !== undefined && { posthogHost: posthog_host }),
    ...(posthog_api_key !== undefined && { posthogApiKey: posthog_api_key }),
    ...(anonymize_ips !== undefined && { anonymizeIps: anonymize_ips }),
    ...(note_plugins !== undefined && { notePlugins: note_plugins }),
    ...(log_retention_days !== undefined && { logRetentionDays: log_retention_days }),
  };
}

async function sealed(env: Env, teamId: number, key: string | null): Promise<string | null> {
  return key === null ? null : sealedFor(env, placeOf.personalApiKey(teamId), key, "personal_api_key");
}
