import type { Outcome } from "../../runtime/outcome.ts";
import type { Env } from "../env.ts";
import { markOfSwitches, switchesOver } from "../store/kill-switches.ts";
import { openRegistry } from "../store/registry.ts";
import type { Identity } from "./identity.ts";
import { snapshots } from "./image.ts";
import { attribute } from "./insight/outcomes.ts";
import { loadTeam } from "./load-team.ts";
import type { Requests } from "./plugins/invocation.ts";
import { killWatch } from "./plugins/kill-watch.ts";
import type { PluginConfig } from "./plugins/plugin-config.ts";
import { TeamPlugins, type TeamPluginsDeps } from "./plugins/team-plugins.ts";
import type { RequestWriter } from "./request-writer.ts";
import { accessShared, cacheEnd } from "./shared-access.ts";
import type { SharedState } from "./shared-state.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Tables } from "./tables.ts";
import { teamStub } from "./team-client.ts";

export interface OpenPluginsDeps extends Pick<TeamPluginsDeps, "onLeaving" | "onLoaded"> {
  /** Of the object. */
  id: string;
  identity: Identity;
  /** Has the object see to what is new in its tables. */
  onNews(): Promise<void>;
  requests: RequestWriter;
  /** What all shards share, as shard 0 has it. */
  shared: SharedState;
  surroundings: Surroundings;
  tables: Tables;
}

/** The plugins of a team, as the registry has them. */
export function openPlugins(
  env: Env,
  { id, identity, onLeaving, onLoaded, surroundings, ...deps }: OpenPluginsDeps,
): TeamPlugins {
  const registry = openRegistry(env);
  const { decided, failedSetups, jobs, log, metrics, recordings } = deps.tables;
  const shared = accessShared(env, deps.shared, () => identity.address);
  const load = async () => {
    const setup = await loadTeam(env, identity.address.teamId);
    decided.decide(setup.quotas);
    return setup;
  };
  return new TeamPlugins(load, {
    ...surroundings,
    snapshots,
    failedSetups,
    askOwnerToRetire: (pluginConfigId) =>
      teamStub(env, identity.address).retireSandbox(identity.address, pluginConfigId),
    log,
    // Sandboxes of an earlier life of this object may still be in the isolate, and they answer to that one.
    poolPrefix: `${id}/${crypto.randomUUID()}`,
    shared,
    cache: cacheEnd(env, shared),
    jobs,
    metrics,
    recordings,
    onLeaving,
    onLoaded,
    onLifecycle: (plugin, outcome, requests) => noteLifecycle(plugin, outcome, requests, surroundings.now(), deps),
    switches: () => switchesOver(registry, identity.address.teamId),
    markOfSwitches: () => killWatch.mark(() => markOfSwitches(registry), surroundings.now()),
  });
}

/** Writes what a setup or teardown came to; with it no other result has to agree. */
async function noteLifecycle(
  plugin: PluginConfig,
  outcome: Outcome,
  requests: Requests,
  at: number,
  { onNews, requests: writer, tables: { db, outcomes } }: Pick<OpenPluginsDeps, "onNews" | "requests" | "tables">,
): Promise<void> {
  const asked = await writer.prepare(requests);
  try {
    db.transaction(() => {
      writer.write(asked);
      outcomes.record(attribute(plugin, outcome), null, at);
    });
  } catch (error) {
    await writer.discard(asked);
    throw error;
  }
  // A plugin may be torn down when no work of the object is under way that would find it.
  await onNews();
}
