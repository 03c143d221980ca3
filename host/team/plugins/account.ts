import type { PosthogAccount } from "../../capabilities/posthog-api.ts";
import type { Env } from "../../env.ts";
import { openSecret, placeOf } from "../../secrets/registry-secrets.ts";
import type { Registry } from "../../store/registry.ts";
import { projectKeyOf } from "../../store/teams.ts";
import type { Team } from "../../store/teams.ts";

/** What a team has of its PostHog. A personal key that cannot be read is as good as none, and `howToSet` says so. */
export async function accountOf(env: Env, db: Registry, team: Team): Promise<PosthogAccount> {
  const { id, posthogHost, posthogApiKey, personalApiKey: sealed } = team;
  const [projectKey, personalApiKey] = await Promise.all([
    posthogApiKey ?? projectKeyOf(db, id),
    sealed === null ? null : openSecret(env, placeOf.personalApiKey(id), sealed),
  ]);
  const how = `PATCH /api/teams/${id}`;
  return {
    host: posthogHost,
    projectApiKey: projectKey,
    personalApiKey: personalApiKey ?? null,
    howToSet: {
      host: `team ${id} has no PostHog; set its "posthog_host": ${how}`,
      personalApiKey:
        personalApiKey === undefined
          ? `the personal_api_key of team ${id} does not open with this ENCRYPTION_KEY; set "personal_api_key" again: ${how}`
          : `team ${id} has no personal key for PostHog's API; set its "personal_api_key": ${how}`,
    },
  };
}
