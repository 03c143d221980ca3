import { z } from "zod";
import { attachmentsOf } from "../store/attachments.ts";
import { configsOf, deleteConfig, type PluginConfig } from "../store/plugin-configs.ts";
import { versionById } from "../store/plugin-versions.ts";
import type { JsonObject } from "../event.ts";
import { shardsOf, teamStub } from "../team/team-client.ts";
import { ApiError } from "./api-error.ts";
import { deleteBlobs } from "./attachments.ts";
import { readApiBody } from "./body.ts";
import { digits, parse } from "./parse.ts";
import { configChanges, newConfig, readConfigRequest } from "./plugin-config-body.ts";
import { pluginConfigJson } from "./plugin-config-json.ts";
import { reconfigure } from "./reconfigure.ts";
import { type ApiApp, type Handler, idOf, resource } from "./resource.ts";
import { addConfig, changeConfig } from "./save-config.ts";
import type { Scope } from "./scope.ts";

/** What the plugins of a team are configured with: the pipeline, in its order. */
export function pluginConfigs(app: ApiApp): void {
  resource(app, "/api/plugin_configs", { GET: listConfigs, POST: createPluginConfig });
  resource(app, "/api/plugin_configs/:id{[0-9]+}", {
    GET: getConfig,
    PATCH: updatePluginConfig,
    DELETE: removeConfig,
  });
  resource(app, "/api/plugin_configs/:id{[0-9]+}/retry_setup", { POST: retrySetup });
}

const listConfigs: Handler = async (c, scope) => {
  const { team_id: teamId } = parse(z.object({ team_id: digits }), c.req.query());
  const team = await scope.team(teamId);
  const configs = await configsOf(scope.db, team.id);
  return Response.json({ results: await Promise.all(configs.map((config) => shown(scope, config))), next: null });
};

const createPluginConfig: Handler = async (c, scope) => {
  const request = readConfigRequest(newConfig, await readApiBody(c.req.raw));
  const created = await addConfig(c.env, scope, request, Date.now());
  return Response.json(await shown(scope, created), { status: 201 });
};

const getConfig: Handler = async (c, scope) => {
  const { config } = await scope.config(idOf(c));
  return Response.json(await shown(scope, config));
};

const updatePluginConfig: Handler = async (c, scope) => {
  const current = await scope.config(idOf(c));
  const request = readConfigRequest(configChanges, await readApiBody(c.req.raw));
  const updated = await changeConfig(c.env, scope, current, request, Date.now());
  return Response.json(await shown(scope, updated));
};

const removeConfig: Handler = async (c, scope) => {
  const { config, team } = await scope.config(idOf(c));
  const attachments = await attachmentsOf(scope.db, team.id, config.id);
  await deleteConfig(scope.db, team.id, config.id);
  await reconfigure(c.env, [team]);
  await deleteBlobs(c.env, attachments);
  return new Response(null, { status: 204 });
};

/** Sets a plugin up again that had been given up, in all shards of its team, and answers with what is wrong with it now, if anything is. */
const retrySetup: Handler = async (c, scope) => {
  const { config, team } = await scope.config(idOf(c));
  if (!config.enabled) throw ApiError.invalid(`Plugin config ${config.id} is not enabled.`, null);
  const failures = await Promise.all(
    shardsOf(team).map((address) => teamStub(c.env, address).retrySetup(address, config.id)),
  );
  const failure = failures.find((each) => each !== null);
  return Response.json({ error: failure ? (failure.message ?? failure.kind) : null });
};

async function shown({ db, organizationId }: Scope, config: PluginConfig): Promise<JsonObject> {
  const [version, attachments] = await Promise.all([
    versionById(db, organizationId, config.pluginVersionId),
    attachmentsOf(db, config.teamId, config.id),
  ]);
  if (version === null) throw new Error(`plugin config ${config.id} has a version that its organization may not see`);
  return pluginConfigJson(config, version.manifest.config, attachments);
}
