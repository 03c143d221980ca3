import { listRecentEvents } from "../api/insight/recent-events.ts";
import { ensureDemo } from "../demo/demo.ts";
import type { Env } from "../env.ts";
import { configsOf } from "../store/plugin-configs.ts";
import { pluginsOf } from "../store/plugins.ts";
import { openRegistry } from "../store/registry.ts";
import { DEMO_PROJECT_KEY, DEMO_TEAM_ID } from "../store/seed.ts";
import { type Team, teamById } from "../store/teams.ts";
import type { RecentEvent } from "../team/insight/recent-events.ts";

/** More would make a page that nobody reads to its end. */
const SHOWN_EVENTS = 25;

/** What the console shows of the demo team. */
export interface DemoTeam {
  projectKey: string;
  /** Names of the plugins that run, in their order. */
  plugins: string[];
  /** Where events go; null for the local store. */
  posthogHost: string | null;
  /** Newest first. */
  events: RecentEvent[];
}

export async function readDemoTeam(env: Env): Promise<DemoTeam> {
  const team = await demoTeam(env);
  const db = openRegistry(env);
  const [configs, plugins, events] = await Promise.all([
    configsOf(db, team.id),
    pluginsOf(db, team.organizationId),
    listRecentEvents(env, team, SHOWN_EVENTS),
  ]);
  const names = new Map(plugins.map(({ id, name }) => [id, name]));
  return {
    projectKey: env.PROJECT_KEY || DEMO_PROJECT_KEY,
    plugins: configs
      .filter(({ enabled }) => enabled)
      .map(({ name, pluginId }) => name ?? names.get(pluginId) ?? `plugin ${pluginId}`),
    posthogHost: team.posthogHost,
    events,
  };
}

/** The last events of the demo team, newest first. */
export async function readDemoEvents(env: Env): Promise<RecentEvent[]> {
  return listRecentEvents(env, await demoTeam(env), SHOWN_EVENTS);
}

async function demoTeam(env: Env): Promise<Team> {
  await ensureDemo(env);
  const team = await teamById(openRegistry(env), DEMO_TEAM_ID);
  if (team === null) throw new Error("the demo team is missing from the registry");
  return team;
}
