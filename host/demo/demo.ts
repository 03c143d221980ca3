import files from "../../build/demo-plugin.json";
import type { Env } from "../env.ts";
import { inspectIn } from "../plugins/inspect.ts";
import { installFromFiles } from "../plugins/install.ts";
import { createConfig } from "../store/plugin-configs.ts";
import { pluginsOf } from "../store/plugins.ts";
import { openRegistry } from "../store/registry.ts";
import { DEMO_ORGANIZATION_ID, DEMO_TEAM_ID, ensureDemoTeam } from "../store/seed.ts";
import { forgetTeam } from "../store/team-lookup.ts";
import { teamById } from "../store/teams.ts";
import { image } from "../team/image.ts";
import { objectsOf, teamStub } from "../team/team-client.ts";

/** The demo team's first plugin: the hello-world example. Two requests that install it at once agree by this address. */
const DEMO_URL = "file:examples/hello-world";

let isReady = false;

/**
 * Makes sure, once in the life of an isolate, that team 1 is there and agrees with the environment; locally, that it
 * has a plugin to look at, too. Each request that comes before that is done sees to it by itself: a request must not
 * wait for the promise of another, which may be cancelled.
 */
export async function ensureDemo(env: Env): Promise<void> {
  if (isReady) return;
  await prepare(env);
  isReady = true;
}

/** Whether the demo team's well-known key is let in: not where a real key was given to a deployed server. */
export function admitsDemoKey(env: Env): boolean {
  return env.LOCAL === "true" || !env.PROJECT_KEY;
}

async function prepare(env: Env): Promise<void> {
  const db = openRegistry(env);
  const before = await teamById(db, DEMO_TEAM_ID);
  await ensureDemoTeam(db, { projectKey: env.PROJECT_KEY, posthogHost: env.POSTHOG_HOST }, Date.now());
  if (before === null && env.LOCAL === "true") await installDemoPlugin(env);
  const after = await teamById(db, DEMO_TEAM_ID);
  if (after && JSON.stringify(after) !== JSON.stringify(before)) {
    forgetTeam();
    await Promise.all(objectsOf(after).map((address) => teamStub(env, address).reconfigure(address)));
  }
}

async function installDemoPlugin(env: Env): Promise<void> {
  const db = openRegistry(env);
  const hasPlugins = async (): Promise<boolean> => (await pluginsOf(db, DEMO_ORGANIZATION_ID)).length > 0;
  if (await hasPlugins()) return;
  const encoder = new TextEncoder();
  const request = {
    organizationId: DEMO_ORGANIZATION_ID,
    pluginType: "local" as const,
    url: DEMO_URL,
    files: Object.fromEntries(Object.entries(files).map(([path, text]) => [path, encoder.encode(text)])),
  };
  try {
    const { plugin } = await installFromFiles(env, request, inspectIn(image), Date.now());
    await createConfig(db, DEMO_TEAM_ID, { pluginId: plugin.id, config: { bar: "baz" }, enabled: true }, Date.now());
  } catch (error) {
    // Another request may have been quicker.
    if (!(await hasPlugins())) throw error;
  }
}
