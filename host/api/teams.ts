import { z } from "zod";
import type { JsonObject } from "../event.ts";
import { forgetTeam } from "../store/team-lookup.ts";
import { type Team, type TeamSettings, updateTeam } from "../store/teams.ts";
import { ApiError } from "./api-error.ts";
import { readApiBody } from "./body.ts";
import { parse } from "./parse.ts";
import { reconfigure } from "./reconfigure.ts";
import { type ApiApp, type Handler, idOf, resource } from "./resource.ts";

/** Every list of a team asks all its shards, and each is an object of its own. */
const MAX_SHARDS = 32;

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
  posthog_api_key: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, { error: "must be a project key such as phc_..." })
    .nullable()
    .exactOptional(),
  shards: z
    .int()
    .min(1, { error: "must be at least 1" })
    .max(MAX_SHARDS, { error: `must be at most ${MAX_SHARDS}` })
    .exactOptional(),
  anonymize_ips: z.boolean().exactOptional(),
  note_plugins: z.boolean().exactOptional(),
});

/** A team's settings. Its key for PostHog can be written and never read. */
export function teams(app: ApiApp): void {
  resource(app, "/api/teams/:id{[0-9]+}", { GET: getTeam, PATCH: patchTeam });
}

const getTeam: Handler = async (c, scope) => Response.json(teamJson(await scope.team(idOf(c))));

const patchTeam: Handler = async (c, scope) => {
  const before = await scope.team(idOf(c));
  const { json } = await readApiBody(c.req.raw);
  const settings = settingsOf(parse(teamChanges, json));
  const after = await updateTeam(scope.db, scope.organizationId, before.id, settings, Date.now());
  if (after === null) throw ApiError.notFound(`There is no team ${before.id}.`);
  forgetTeam();
  // Shards that are no more in use still have events to deliver.
  await reconfigure(c.env, [{ id: after.id, shards: Math.max(before.shards, after.shards) }]);
  return Response.json(teamJson(after));
};

function settingsOf(changes: z.infer<typeof teamChanges>): TeamSettings {
  const { posthog_host, posthog_api_key, anonymize_ips, note_plugins, ...same } = changes;
  return {
    ...same,
    ...(posthog_host !== undefined && { posthogHost: posthog_host }),
    ...(posthog_api_key !== undefined && { posthogApiKey: posthog_api_key }),
    ...(anonymize_ips !== undefined && { anonymizeIps: anonymize_ips }),
    ...(note_plugins !== undefined && { notePlugins: note_plugins }),
  };
}

function teamJson(team: Team): JsonObject {
  return {
    id: team.id,
    organization_id: team.organizationId,
    name: team.name,
    posthog_host: team.posthogHost,
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
