import { z } from "zod";
import type { JsonObject } from "../event.ts";
import type { Env } from "../env.ts";
import { sealPersonalApiKey } from "../secrets/personal-api-key.ts";
import { forgetTeam } from "../store/team-lookup.ts";
import { type Team, type TeamSettings, updateTeam } from "../store/teams.ts";
import { ApiError } from "./api-error.ts";
import { readApiBody } from "./body.ts";
import { parse } from "./parse.ts";
import { reconfigure } from "./reconfigure.ts";
import { type ApiApp, type Handler, idOf, resource } from "./resource.ts";

/** Every list of a team asks all its shards, and each is an object of its own. */
const MAX_SHARDS = 32;

const apiKey = (example: string) =>
  z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, { error: `must be a ${example}` })
    .nullable()
    .exactOptional();

const teamChanges = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, { error: "must not be empty" })
    .max(200, { error: "must have at most 200 characters" })
    .exactOptional(),
  posthog_host: z
    .string()
    .refine(isOrigin, { error: "must be an origin such as https://us.i.posthog.com" })
    .transform((url) => new URL(url).origin)
    .nullable()
    .exactOptional(),
  posthog_api_key: apiKey("project key such as phc_..."),
  personal_api_key: apiKey("personal key such as phx_..."),
  shards: z
    .int()
    .min(1, { error: "must be at least 1" })
    .max(MAX_SHARDS, { error: `must be at most ${MAX_SHARDS}` })
    .exactOptional(),
  anonymize_ips: z.boolean().exactOptional(),
  note_plugins: z.boolean().exactOptional(),
});

/** A team's settings. Its keys for PostHog can be written and never read. */
export function teams(app: ApiApp): void {
  resource(app, "/api/teams/:id{[0-9]+}", { GET: getTeam, PATCH: patchTeam });
}

const getTeam: Handler = async (c, scope) => Response.json(teamJson(await scope.team(idOf(c))));

const patchTeam: Handler = async (c, scope) => {
  const before = await scope.team(idOf(c));
  const { json } = await readApiBody(c.req.raw);
  const settings = await settingsOf(c.env, before.id, parse(teamChanges, json));
  const after = await updateTeam(scope.db, scope.organizationId, before.id, settings, Date.now());
  if (after === null) throw ApiError.notFound(`There is no team ${before.id}.`);
  forgetTeam();
  // Shards that are no more in use still have events to deliver.
  await reconfigure(c.env, [{ id: after.id, shards: Math.max(before.shards, after.shards) }]);
  return Response.json(teamJson(after));
};

async function settingsOf(env: Env, teamId: number, changes: z.infer<typeof teamChanges>): Promise<TeamSettings> {
  const { posthog_host, posthog_api_key, personal_api_key, anonymize_ips, note_plugins, ...same } = changes;
  return {
    ...same,
    ...(personal_api_key !== undefined && { personalApiKey: await sealed(env, teamId, personal_api_key) }),
    ...(posthog_host !== undefined && { posthogHost: posthog_host }),
    ...(posthog_api_key !== undefined && { posthogApiKey: posthog_api_key }),
    ...(anonymize_ips !== undefined && { anonymizeIps: anonymize_ips }),
    ...(note_plugins !== undefined && { notePlugins: note_plugins }),
  };
}

async function sealed(env: Env, teamId: number, key: string | null): Promise<string | null> {
  if (key === null) return null;
  const text = await sealPersonalApiKey(env, teamId, key);
  if (text === undefined)
    throw ApiError.unavailable(
      "personal_api_key is kept encrypted, and the Worker has no ENCRYPTION_KEY. Set it as a secret of the Worker; npm start and npm run deploy make one.",
    );
  return text;
}

function teamJson(team: Team): JsonObject {
  return {
    id: team.id,
    organization_id: team.organizationId,
    name: team.name,
    posthog_host: team.posthogHost,
    has_personal_api_key: team.personalApiKey !== null,
    shards: team.shards,
    anonymize_ips: team.anonymizeIps,
    note_plugins: team.notePlugins,
    created_at: new Date(team.createdAt).toISOString(),
    updated_at: new Date(team.updatedAt).toISOString(),
  };
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && pathname === "/" && `${username}${password}${search}${hash}` === "";
}
