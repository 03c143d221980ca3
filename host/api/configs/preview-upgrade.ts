import { z } from "zod";
import type { JsonObject } from "../../event.ts";
import { isObject } from "../../is-object.ts";
import { carriedOver, SECRET_PLACEHOLDER } from "../../plugins/config-secrets.ts";
import { attachmentsOf } from "../../store/attachments.ts";
import type { Candidate } from "../../team/load-team.ts";
import { shardsOf } from "../../team/team-client.ts";
import { jsonBody } from "../body.ts";
import { jsonObjects } from "../json-objects.ts";
import { id } from "../parse.ts";
import { versionTag } from "../plugins/plugin-json.ts";
import { compared, comparison } from "../plugins/version-comparison.ts";
import { type Call, route } from "../route.ts";
import { theConfig } from "../subjects.ts";
import type { PluginConfig } from "../../store/plugin-configs.ts";
import type { PluginVersion } from "../../store/plugin-versions.ts";
import type { Team } from "../../store/teams.ts";
import { fittedValues, versionFor } from "./config-form.ts";
import { openedConfig } from "./config-secrets.ts";
import { network } from "./dry-run-body.ts";
import { previewJson, previewRun } from "./preview-json.ts";
import { recentMessages } from "./trial-messages.ts";

const MAX_EVENTS = 100;

const body = z.strictObject({
  plugin_version_id: id.exactOptional().meta({ description: "The newest one without it" }),
  config: z
    .custom<JsonObject>(isObject, { error: "must be an object" })
    .exactOptional()
    .meta({
      description: "Values for the new version, in the place of those that are saved",
      override: { type: "object", additionalProperties: true },
    }),
  fetch: network.default("off"),
});

const answer = z
  .strictObject({
    from: versionTag,
    to: versionTag,
    changes: comparison,
    config: z
      .strictObject({
        fits: z.boolean(),
        errors: z.array(z.strictObject({ key: z.string(), message: z.string() })),
        enter_again: z
          .array(z.string())
          .meta({ description: "Secrets that the new version treats in another way: they do not go along." }),
      })
      .meta({ description: "Whether the config's values fit the new version's form" }),
    dry_run: previewRun.nullable().meta({ description: "Null when the values do not fit: then nothing is run." }),
  })
  .meta({ id: "UpgradePreview" });

type Body = z.output<typeof body>;
type OfConfig = Call<{ config: PluginConfig; team: Team }, unknown, Body>;

/** What moving a config to another version would change. */
export const previewUpgradeRoutes = [
  route("/api/plugin_configs/{id}/preview_upgrade", theConfig, (declare) => ({
    POST: declare({
      summary: "What another version changes, and what it makes of the team's last events",
      description:
        "The last 100 events run through both versions, from the same state, clock and random numbers. Nothing is stored, and nothing sent but requests where fetch is live: those of the old version, whose answers the new one gets where it asks the same, and others of the new one.",
      access: "write",
      isChange: false,
      body: jsonBody(body),
      answer,
      handle: previewUpgrade,
    }),
  })),
];

async function previewUpgrade(call: OfConfig): Promise<z.input<typeof answer>> {
  const { env, scope, subject, body: asked } = call;
  const { config: stored, team } = subject;
  const plugin = await scope.pluginFor(team, stored.pluginId);
  const from = await versionFor(scope, plugin, stored.pluginVersionId);
  const to = await versionFor(scope, plugin, asked.plugin_version_id);
  const { candidate, fit } = await moved(call, from, to);
  const shared = { pluginName: plugin.name, attachments: await attachmentsOf(scope.db, team.id, stored.id) };
  return {
    from: tagOf(from),
    to: tagOf(to),
    changes: await compared(env, from, to),
    config: fit,
    dry_run: candidate && (await run(call, { ...stored, ...shared, version: from }, { ...candidate, ...shared })),
  };
}

/** The config at another version, unless its values do not fit. */
async function moved(
  { env, scope, subject, body: { config: entered } }: OfConfig,
  from: PluginVersion,
  to: PluginVersion,
) {
  const { config: stored, team } = subject;
  const fields = to.manifest.config;
  const known = carriedOver(from.manifest.config, fields, await openedConfig(env, stored));
  const files = new Set((await attachmentsOf(scope.db, team.id, stored.id)).map(({ key }) => key));
  const fitted = fittedValues(fields, known.config, entered ?? known.config, files);
  const left = known.left.filter((key) => (entered?.[key] ?? SECRET_PLACEHOLDER) === SECRET_PLACEHOLDER);
  const fit = { fits: fitted.ok && left.length === 0, errors: fitted.ok ? [] : fitted.errors, enter_again: left };
  if (!fitted.ok || !fit.fits) return { candidate: null, fit };
  const values = { config: fitted.values, secrets: {} };
  return { candidate: { ...stored, ...values, pluginVersionId: to.id, version: to }, fit };
}

async function run(
  { env, subject: { team }, body: { fetch } }: OfConfig,
  from: Candidate,
  to: Candidate,
): Promise<z.input<typeof previewRun>> {
  const messages = await recentMessages(env, team, MAX_EVENTS);
  const [address] = shardsOf(team);
  if (address === undefined) throw new Error(`team ${team.id} has no shards`);
  const report = await jsonObjects(env, address).preview(address, { from, to }, { messages, fetch });
  return previewJson(report, messages.length);
}

const tagOf = ({ id: versionId, hash, tag }: PluginVersion): z.input<typeof versionTag> => ({
  id: versionId,
  hash,
  tag,
});
