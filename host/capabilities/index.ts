import { provideAttachments } from "../../runtime/ambient/attachments.ts";
import type { AttachmentFiles } from "../../runtime/ambient/attachments.ts";
import { provideCrypto } from "../../runtime/ambient/crypto.ts";
import { provideEncoding } from "../../runtime/ambient/encoding.ts";
import { provideMmdb } from "../../runtime/ambient/mmdb.ts";
import { provideTimers } from "../../runtime/ambient/timers.ts";
import { provideUrl } from "../../runtime/ambient/url.ts";
import type { CallScope } from "../../runtime/sandbox-options.ts";
import { CAPABILITY_NAMES } from "../../wit/generated/contract.ts";
import type { Capabilities, CapabilityName } from "../../wit/generated/contract.ts";
import type { Located } from "../geo/geo-database.ts";
import { AMBIENT } from "../plugins/capabilities.ts";
import type { CapabilityGrants } from "../plugins/capabilities.ts";
import type { Invocation } from "../team/invocation.ts";
import type { TeamLog } from "../team/log.ts";
import type { Metrics } from "../team/metrics.ts";
import type { PluginConfig } from "../team/plugin-config.ts";
import type { SharedState } from "../team/shared-state.ts";
import { provideCache } from "./cache.ts";
import { provideFetch } from "./fetch.ts";
import { provideGeoip } from "./geoip.ts";
import { provideJobs } from "./jobs.ts";
import { provideLog } from "./log.ts";
import { provideMetrics } from "./metrics.ts";
import { providePosthog } from "./posthog.ts";
import type { RedisEnd } from "./redis/client.ts";
import { connectRedis } from "./redis/client.ts";
import { provideRequest } from "./request.ts";
import { provideStorage } from "./storage.ts";

/** What the capabilities of one plugin stand on. */
export interface CapabilityContext {
  plugin: PluginConfig;
  invocation: Invocation;
  scope: CallScope;
  metrics: Pick<Metrics, "write">;
  shared: SharedState;
  cache: RedisEnd;
  log: Pick<TeamLog, "write">;
  /** The plugin's attachments, while they are in memory. */
  files: AttachmentFiles;
  /** What the operator's database of places says of an address. */
  locate(ip: string): Promise<Located>;
}

/** One provider for each interface of the contract. */
export const PROVIDERS: { [Name in CapabilityName]: (context: CapabilityContext) => Capabilities[Name] } = {
  attachments: ({ plugin, files }) => provideAttachments(plugin.attachments, files, plugin.limits),
  cache: ({ cache, plugin }) => provideCache(connectRedis(cache), `@plugin/${plugin.pluginId}/${plugin.teamId}/`),
  crypto: ({ scope }) => provideCrypto(scope),
  encoding: () => provideEncoding(),
  fetch: ({ scope, plugin }) => provideFetch({ scope, allowed: fetchHosts(plugin.grants) }),
  geoip: ({ invocation, locate }) => provideGeoip(invocation, locate),
  jobs: ({ plugin, invocation }) => provideJobs(plugin.id, invocation),
  log: ({ log, plugin }) => provideLog(log, plugin.id),
  metrics: ({ metrics, plugin }) => provideMetrics(metrics, plugin.id),
  mmdb: ({ files, scope }) => provideMmdb(files, scope),
  posthog: ({ plugin, invocation, scope }) => providePosthog(plugin, invocation, scope),
  request: ({ invocation }) => provideRequest(invocation),
  storage: ({ shared, plugin }) => provideStorage(shared, plugin.id),
  timers: ({ scope }) => provideTimers(scope),
  url: () => provideUrl(),
};

/** The capabilities that a plugin's grants give it. What was not granted is not made. */
export function provideCapabilities(context: CapabilityContext): Partial<Capabilities> {
  const granted = CAPABILITY_NAMES.filter((name) => isGranted(context.plugin.grants, name));
  return Object.fromEntries(granted.map((name) => [name, PROVIDERS[name](context)]));
}

/** For each capability that was not granted: the rule, and the line that would change it. */
export function explainDenials(plugin: PluginConfig): Partial<Record<CapabilityName, string>> {
  const denied = CAPABILITY_NAMES.filter((name) => !isGranted(plugin.grants, name));
  return Object.fromEntries(
    denied.map((name) => [
      name,
      `${name} is not granted to ${plugin.pluginName}: add "${name}" to "capabilities" in plugin.json, or to the "grants" of plugin config ${plugin.id}`,
    ]),
  );
}

function isGranted(grants: CapabilityGrants, name: CapabilityName): boolean {
  const grant = grants[name];
  return AMBIENT.includes(name) || (grant !== undefined && grant !== false);
}

function fetchHosts(grants: CapabilityGrants): "*" | readonly string[] {
  const hosts = grants["fetch"];
  if (hosts === true || (Array.isArray(hosts) && hosts.includes("*"))) return "*";
  return Array.isArray(hosts) ? hosts : [];
}
