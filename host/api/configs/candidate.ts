import { z } from "zod";
import type { Env } from "../../env.ts";
import type { JsonObject } from "../../event.ts";
import { isObject } from "../../is-object.ts";
import { carriedOver } from "../../plugins/config-secrets.ts";
import { compilePlugin } from "../../plugins/compile.ts";
import { readManifest } from "../../plugins/manifest.ts";
import { attachmentsOf } from "../../store/attachments.ts";
import { configById } from "../../store/plugin-configs.ts";
import { versionOfPlugin } from "../../store/plugin-versions.ts";
import type { Team } from "../../store/teams.ts";
import type { Candidate } from "../../team/load-team.ts";
import { ApiError } from "../api-error.ts";
import { checkedValues, versionFor } from "./config-form.ts";
import { openedConfig } from "./config-secrets.ts";
import { filesOf, givenFiles } from "./given-files.ts";
import { id } from "../parse.ts";
import { grants } from "./plugin-config-body.ts";
import { referenced, type Scope } from "../scope.ts";

/** How something that is tried may differ from what is saved. */
export const trialFields = {
  plugin_version_id: id.exactOptional(),
  config: z
    .custom<JsonObject>(isObject, { error: "must be an object" })
    .exactOptional()
    .meta({ override: { type: "object", additionalProperties: true } }),
  grants: grants.exactOptional(),
  attachments: givenFiles.exactOptional(),
};

/** What is to be tried: a config, a plugin, or code. */
export interface Trial {
  config_id?: number;
  plugin_id?: number;
  source?: string;
  plugin_version_id?: number;
  config?: JsonObject;
  grants?: z.output<typeof grants>;
  attachments?: z.output<typeof givenFiles>;
}

/** The config that a trial means, with its secrets in the clear: it goes to the team's object and nowhere else. Throws ApiError. */
export async function candidateOf(env: Env, scope: Scope, team: Team, trial: Trial, now: number): Promise<Candidate> {
  if (trial.source !== undefined) return ofSource(team, trial.source, trial, now);
  const stored = trial.config_id === undefined ? null : await configById(scope.db, team.id, trial.config_id);
  const pluginId = stored?.pluginId ?? trial.plugin_id;
  if (pluginId === undefined)
    throw ApiError.invalid("plugin_id is required. Name a plugin, or send its source.", "plugin_id", "required");
  const plugin = await referenced("plugin_id", scope.pluginFor(team, pluginId));
  const version = await versionFor(scope, plugin, trial.plugin_version_id ?? stored?.pluginVersionId);
  const previous = stored && (await versionOfPlugin(scope.db, plugin, stored.pluginVersionId));
  const opened = stored ? await openedConfig(env, stored) : {};
  const known = carriedOver(previous?.manifest.config ?? [], version.manifest.config, opened).config;
  const attachments = stored ? await attachmentsOf(scope.db, team.id, stored.id) : [];
  const files = filesOf(trial.attachments ?? {});
  const keys = new Set([...attachments, ...files].map(({ key }) => key));
  return {
    ...(stored ?? newConfig(team, plugin.id, now)),
    ...(trial.grants && { grants: trial.grants }),
    config: checkedValues(version.manifest.config, known, trial.config ?? known, keys),
    secrets: {},
    pluginVersionId: version.id,
    pluginName: plugin.name,
    version,
    attachments,
    files,
  };
}

function ofSource(
  team: Team,
  source: string,
  { config = {}, grants: granted, attachments = {} }: Trial,
  now: number,
): Candidate {
  const entry = "index.ts";
  const { code } = compilePlugin({ [entry]: source }, entry);
  const { manifest } = readManifest({}, "source");
  return {
    ...newConfig(team, 0, now),
    ...(granted && { grants: granted }),
    config,
    secrets: {},
    code,
    pluginName: "source",
    version: { hash: "source", tag: null, manifest, bundleKey: "", inspected: { methods: [], tasks: [], jobs: [] } },
    attachments: [],
    files: filesOf(attachments),
  };
}

function newConfig(team: Team, pluginId: number, now: number) {
  return {
    id: 0,
    teamId: team.id,
    pluginId,
    pluginVersionId: 0,
    name: null,
    order: 0,
    onError: "pass" as const,
    pinned: false,
    grants: null,
    limits: null,
    createdAt: now,
    updatedAt: now,
  };
}
