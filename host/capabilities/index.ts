import { provideAttachments } from "../../runtime/ambient/attachments.ts";
import type { AttachmentFiles } from "../../runtime/ambient/attachments.ts";
import { provideEncoding } from "../../runtime/ambient/encoding.ts";
import { provideIntl } from "../../runtime/ambient/intl.ts";
import { provideMmdb } from "../../runtime/ambient/mmdb.ts";
import { provideTimers } from "../../runtime/ambient/timers.ts";
import { provideUrl } from "../../runtime/ambient/url.ts";
import type { CallScope } from "../../runtime/sandbox-options.ts";
import { CAPABILITY_NAMES } from "../../wit/generated/contract.ts";
import type { Capabilities, CapabilityName } from "../../wit/generated/contract.ts";
import type { Located } from "../geo/geo-database.ts";
import { AMBIENT } from "../plugins/capabilities.ts";
import type { CapabilityGrants } from "../plugins/capabilities.ts";
import type { Invocation } from "../team/plugins/invocation.ts";
import type { EgressStats } from "../team/insight/egress-stats.ts";
import type { PendingJobs } from "../team/jobs/jobs.ts";
import type { TeamLog } from "../team/insight/log.ts";
import type { Metrics } from "../team/insight/metrics.ts";
import type { PluginConfig } from "../team/plugins/plugin-config.ts";
import type { Meter } from "../team/quotas/meter.ts";
import { quotaError } from "../team/quotas/quota-spent.ts";
import type { Recorder } from "../team/recording/recorder.ts";
import type { SharedState } from "../team/shared-state.ts";
import { provideBuffers } from "./buffers.ts";
import { provideCache } from "./cache.ts";
import { provideCrypto } from "./crypto.ts";
import { Egress } from "./egress.ts";
import type { PlatformFetch } from "./fetch-send.ts";
import { provideFetch } from "./fetch.ts";
import { provideGeoip } from "./geoip.ts";
import { provideJobs } from "./jobs.ts";
import { provideLog } from "./log.ts";
import { provideMetrics } from "./metrics.ts";
import { provideApi } from "./posthog-api.ts";
import type { PosthogAccount } from "./posthog-api.ts";
import { provideCapture } from "./posthog-capture.ts";
import type { RedisEnd } from "./redis/client.ts";
import { connectRedis } from "./redis/client.ts";
import type { RequestRate } from "./request-rate.ts";
import { provideRequest } from "./request.ts";
import { provideStorage } from "./storage.ts";
import { provideZlib } from "./zlib.ts";

/** What the capabilities of one plugin stand on. */
export interface CapabilityContext {
  plugin: PluginConfig;
  invocation: Invocation;
  scope: CallScope;
  metrics: Pick<Metrics, "namesOf">;
  jobs: PendingJobs;
  shared: SharedState;
  cache: RedisEnd;
  log: Pick<TeamLog, "write">;
  rate: RequestRate;
  /** Counts what goes out and comes back. */
  traffic: Pick<EgressStats, "note">;
  /** Of the team's quotas. */
  meter: Meter;
  /** What the team has of its PostHog at the moment; null for a team that is gone. */
  account(): PosthogAccount | null;
  /** Whether the operator lets plugins reach the machine itself. */
  loopback: boolean;
  /** The plugin's attachments, while they are in memory. */
  files: AttachmentFiles;
  /** What requests are sent with; the platform's own by default. */
  fetch?: PlatformFetch;
  /** Has an eye on what the plugin is answered. */
  recorder?: Recorder;
  /** What the operator's database of places says of an address. */
  locate(ip: string): Promise<Located>;
}

/** What the way out of a plugin stands on. */
interface EgressContext
  extends Pick<CapabilityContext, "plugin" | "rate" | "traffic" | "meter" | "fetch">, Pick<Invocation, "hostNow"> {
  scope: Pick<CallScope, "signal">;
}

/** The context with what a plugin's capabilities share. */
interface ProviderContext extends CapabilityContext {
  egress: Pick<Egress, "send">;
}

/** One provider for each interface of the contract. */
export const PROVIDERS: { [Name in CapabilityName]: (context: ProviderContext) => Capabilities[Name] } = {
  attachments: ({ plugin, files }) => provideAttachments(plugin.attachments, files, plugin.limits),
  buffers: ({ plugin, invocation, scope }) => provideBuffers(plugin, invocation, scope),
  cache: ({ cache, plugin }) => provideCache(connectRedis(cache), `@plugin/${plugin.pluginId}/${plugin.teamId}/`),
  crypto: ({ scope }) => provideCrypto(scope),
  encoding: () => provideEncoding(),
  fetch: ({ egress, plugin, loopback }) => fetchOf(egress, plugin, loopback),
  geoip: ({ invocation, locate }) => provideGeoip(invocation, locate),
  intl: ({ scope }) => provideIntl(scope),
  jobs: provideJobs,
  log: ({ log, plugin }) => provideLog(log, plugin.id),
  metrics: ({ metrics, plugin, invocation }) => provideMetrics(metrics, plugin.id, invocation),
  mmdb: ({ files, scope }) => provideMmdb(files, scope),
  posthog: ({ plugin, invocation, scope, egress, account }) => ({
    capture: provideCapture(plugin, invocation, scope),
    api: provideApi(egress, account),
  }),
  request: ({ invocation }) => provideRequest(invocation),
  storage: ({ shared, plugin }) => provideStorage(shared, plugin.id),
  timers: ({ scope }) => provideTimers(scope),
  url: () => provideUrl(),
  zlib: ({ scope }) => provideZlib(scope),
};

/** The capabilities that a plugin's grants give it. What was not granted is not made. */
export function provideCapabilities(context: CapabilityContext): Partial<Capabilities> {
  const granted = CAPABILITY_NAMES.filter((name) => isGranted(context.plugin.grants, name));
  const { recorder } = context;
  const egress = openEgress({ ...context, hostNow: () => context.invocation.hostNow() });
  const shared = { ...context, egress: recorder ? recorder.watch(egress) : egress };
  const provided: Partial<Capabilities> = Object.fromEntries(granted.map((name) => [name, PROVIDERS[name](shared)]));
  return recorder ? recorder.around(provided) : provided;
}

/** `fetch` of a plugin, as its config grants it: for itself, and for the requests that the host makes for it. */
export function fetchOf(
  egress: Pick<Egress, "send">,
  { grants, secrets }: PluginConfig,
  loopback: boolean,
): Capabilities["fetch"] {
  const rules = { hosts: fetchHosts(grants), loopback };
  return provideFetch(egress, { rules, injections: secrets.injections });
}

/** The way out of a plugin. What is sent on its behalf outside of its calls, such as a webhook, takes it too. */
export function openEgress({ plugin, scope, rate, traffic, meter, hostNow, fetch }: EgressContext): Egress {
  const { id, limits } = plugin;
  return new Egress({
    limits,
    scope,
    admit() {
      const spent = meter.spent("egress_requests_per_day") ?? meter.spent("egress_bytes_per_day");
      if (spent) throw quotaError("the request was not sent", spent);
      rate.take(id, limits.fetchesPerMinute, hostNow());
      meter.spend("egress_requests_per_day", 1);
    },
    count(host, counts) {
      traffic.note(id, host, counts);
      meter.spend("egress_bytes_per_day", (counts.bytesOut ?? 0) + (counts.bytesIn ?? 0));
    },
    ...(fetch && { fetch }),
  });
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
