import { z } from "zod";
import type { Team } from "../../store/teams.ts";
import { QUOTA_NAMES, type TeamQuotas } from "../../team/quotas/quotas.ts";
import { isoOf, timestamp } from "../answers.ts";
import { id } from "../parse.ts";

/** Every list of a team asks all its shards, and each is an object of its own. */
const MAX_SHARDS = 32;
const MAX_LOG_RETENTION_DAYS = 30;

/** What a name may be. */
export const nameField = z
  .string()
  .trim()
  .min(1, { error: "must not be empty" })
  .max(200, { error: "must have at most 200 characters" });

const apiKey = (example: string) => z.string().regex(/^[\x21-\x7e]{1,200}$/, { error: `must be a ${example}` });

/** The text of a project key. */
export const projectKeyField = apiKey("project key such as phc_...");

/** Quotas by their names. */
const quotas = <Limit extends z.ZodType>(limit: Limit) => z.partialRecord(z.enum(QUOTA_NAMES), limit);

/** What can be set of a team. */
export const teamChanges = z
  .strictObject({
    name: nameField.exactOptional(),
    posthog_host: z
      .string()
      .refine(isOrigin, { error: "must be an origin such as https://us.i.posthog.com" })
      .overwrite((url) => (isOrigin(url) ? new URL(url).origin : url))
      .nullable()
      .exactOptional()
      .meta({ description: "Where the team's events go; null keeps them in the local store." }),
    posthog_api_key: projectKeyField
      .nullable()
      .exactOptional()
      .meta({ description: "The project key to deliver with; null delivers with the key that an event came in with." }),
    personal_api_key: apiKey("personal key such as phx_...")
      .nullable()
      .exactOptional()
      .meta({ description: "For posthog.api; kept encrypted, never shown." }),
    shards: z
      .int()
      .min(1, { error: "must be at least 1" })
      .max(MAX_SHARDS, { error: `must be at most ${MAX_SHARDS}` })
      .exactOptional(),
    anonymize_ips: z.boolean().exactOptional(),
    note_plugins: z
      .boolean()
      .exactOptional()
      .meta({ description: "Adds $plugins_succeeded, $plugins_failed and $plugins_deferred to each event." }),
    log_retention_days: z
      .int()
      .min(1, { error: "must be at least 1" })
      .max(MAX_LOG_RETENTION_DAYS, { error: `must be at most ${MAX_LOG_RETENTION_DAYS}` })
      .exactOptional()
      .meta({ description: "How long what plugins say is kept." }),
    quotas: quotas(z.int().min(0, { error: "must be a number from 0 on, or null" }).nullable())
      .exactOptional()
      .meta({ description: "The operator's to change, each by itself: null takes one back to its default." }),
  })
  .meta({ id: "TeamChanges" });

/** What a new team may be given. */
export const newTeam = teamChanges
  .omit({ quotas: true })
  .extend({
    name: nameField,
    organization_id: id.exactOptional(),
    project_key: projectKeyField.exactOptional().meta({ description: "Made when it is absent." }),
  })
  .meta({ id: "NewTeam" });

export const teamAnswer = z
  .strictObject({
    id: z.int(),
    organization_id: z.int(),
    name: z.string(),
    posthog_host: z.string().nullable(),
    has_personal_api_key: z.boolean(),
    shards: z.int(),
    anonymize_ips: z.boolean(),
    note_plugins: z.boolean(),
    log_retention_days: z.int(),
    quotas: quotas(z.int()).meta({ description: "Those that are not at their defaults: see /api/teams/{id}/usage." }),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: "Team" });

export function teamJson(team: Team): z.input<typeof teamAnswer> {
  return {
    id: team.id,
    organization_id: team.organizationId,
    name: team.name,
    posthog_host: team.posthogHost,
    has_personal_api_key: team.personalApiKey !== null,
    shards: team.shards,
    anonymize_ips: team.anonymizeIps,
    note_plugins: team.notePlugins,
    log_retention_days: team.logRetentionDays,
    quotas: team.quotas ?? {},
    created_at: isoOf(team.createdAt),
    updated_at: isoOf(team.updatedAt),
  };
}

/** Quotas after a change. */
export function changedQuotas(
  before: TeamQuotas | null,
  changes: z.output<typeof teamChanges>["quotas"],
): TeamQuotas | null {
  const after = Object.entries({ ...before, ...changes }).filter(([, limit]) => limit !== null);
  return after.length === 0 ? null : Object.fromEntries(after);
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && pathname === "/" && `${username}${password}${search}${hash}` === "";
}
