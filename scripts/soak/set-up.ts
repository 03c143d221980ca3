import { join } from "node:path";

import { collectFiles } from "../../cli/plugin/collect-files.ts";
import type { ServerClient } from "../../cli/server/client.ts";
import { ROOT } from "../root.ts";

const EXAMPLE = join(ROOT, "examples/github-metrics");

/** A team whose events go to a PostHog. */
export async function addTeam(client: ServerClient, posthogUrl: string): Promise<{ id: number; projectKey: string }> {
  const body = { name: "Soak", posthog_host: posthogUrl };
  const { id, project_key: projectKey } = await client.request("POST", "/api/teams", { body });
  return { id, projectKey };
}

/** Installs the GitHub-metrics example. @returns its number */
export async function installExample(client: ServerClient): Promise<number> {
  const { files } = collectFiles(EXAMPLE);
  return (await client.request("POST", "/api/plugins", { body: { files } })).id;
}

/** Makes it live for a team, with a GitHub in the place of GitHub's. */
export async function configureExample(
  client: ServerClient,
  teamId: number,
  pluginId: number,
  githubHost: string,
): Promise<void> {
  const body = {
    team_id: teamId,
    plugin_id: pluginId,
    enabled: true,
    config: { apiUrl: `http://${githubHost}` },
    grants: { fetch: [githubHost], posthog: true },
  };
  await client.request("POST", "/api/plugin_configs", { body });
}
