import { provideCrypto } from "../../host/capabilities/crypto.ts";
import { Egress } from "../../host/capabilities/egress.ts";
import { provideApi } from "../../host/capabilities/posthog-api.ts";
import type { PosthogAccount } from "../../host/capabilities/posthog-api.ts";
import { provideZlib } from "../../host/capabilities/zlib.ts";
import type { Json } from "../../host/event.ts";
import type { Injection } from "../../host/secrets/injection.ts";
import { DEFAULT_LIMITS } from "../../runtime/limits.ts";
import type { Limits } from "../../runtime/limits.ts";
import { provideAttachments } from "../../runtime/ambient/attachments.ts";
import { provideNoBuffers } from "../../runtime/ambient/buffers.ts";
import { provideEncoding } from "../../runtime/ambient/encoding.ts";
import { provideIntl } from "../../runtime/ambient/intl.ts";
import { provideMmdb } from "../../runtime/ambient/mmdb.ts";
import { provideTimers } from "../../runtime/ambient/timers.ts";
import { provideUrl } from "../../runtime/ambient/url.ts";
import { MemoryFile } from "../../runtime/memory-file.ts";
import type { CallScope } from "../../runtime/sandbox-options.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import { MemoryCache } from "../capabilities/cache.ts";
import { provideFetch } from "../capabilities/fetch.ts";
import type { FetchRecord } from "../capabilities/fetch-record.ts";
import { provideGeoip } from "../capabilities/geoip.ts";
import { provideJobs } from "../capabilities/jobs.ts";
import type { QueuedJob } from "../capabilities/jobs.ts";
import { provideLog } from "../capabilities/log.ts";
import type { LogLine } from "../capabilities/log.ts";
import { provideMetrics } from "../capabilities/metrics.ts";
import type { MetricWrites } from "../capabilities/metrics.ts";
import { openNetwork } from "../capabilities/network.ts";
import type { Network } from "../capabilities/network.ts";
import { provideCapture } from "../capabilities/posthog-capture.ts";
import type { Captured } from "../capabilities/posthog-capture.ts";
import { provideRequest } from "../capabilities/request.ts";
import type { RequestFields } from "../capabilities/request.ts";
import { provideStorage } from "../capabilities/storage.ts";
import { VirtualTimers } from "../capabilities/timers.ts";
import type { FileAttachment } from "../case/attachments.ts";
import type { Grants } from "../grants.ts";
import type { Clock } from "./clock.ts";

/** What a run starts from, outside of the plugin. */
export interface WorldInput {
  clock: Clock;
  /** The defaults, when they are absent. */
  limits?: Limits;
  grants: Grants;
  network: Network;
  posthog: PosthogAccount;
  geoip: Readonly<Record<string, Json>>;
  /** What `meta.request` shows in every call. */
  request: RequestFields;
  storage: Readonly<Record<string, Json>>;
  cache: Readonly<Record<string, Json>>;
}

/** What a plugin brings along. */
export interface PluginSurroundings {
  attachments: readonly FileAttachment[];
  /** Secrets that it uses without seeing them. */
  injections: readonly Injection[];
}

/** Everything that a plugin can touch in a run, in memory. It outlives a sandbox that had to be replaced. */
export class World {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly storage: Map<string, string>;
  readonly cache: MemoryCache;
  readonly timers: VirtualTimers;
  readonly logs: LogLine[] = [];
  readonly fetches: FetchRecord[] = [];
  readonly captured: Captured[] = [];
  readonly jobs: QueuedJob[] = [];
  readonly metrics: MetricWrites = new Map();
  readonly #input: WorldInput;

  constructor(input: WorldInput) {
    this.#input = input;
    this.clock = input.clock;
    this.limits = input.limits ?? DEFAULT_LIMITS;
    this.storage = new Map(Object.entries(input.storage).map(([key, value]) => [key, JSON.stringify(value)]));
    this.cache = new MemoryCache(input.clock, input.cache);
    this.timers = new VirtualTimers(input.clock, this.limits.wallMs);
  }

  get denials(): Grants["denials"] {
    return this.#input.grants.denials;
  }

  /** The capabilities that are granted to a plugin. */
  provide(scope: CallScope, { attachments, injections }: PluginSurroundings): Partial<Capabilities> {
    const files = attachments.map(({ contents }) => new MemoryFile(contents));
    const file = (index: number): MemoryFile | undefined => files[index];
    const { grants, network, geoip, posthog, request } = this.#input;
    const rules = { hosts: grants.hosts, loopback: process.env["ALLOW_LOOPBACK"] === "true" };
    const way = openNetwork(network, new Egress({ limits: this.limits, scope }), this.fetches);
    const all: Capabilities = {
      attachments: provideAttachments(attachments, file, this.limits),
      buffers: provideNoBuffers(),
      cache: this.cache.provide(),
      crypto: provideCrypto(scope),
      encoding: provideEncoding(),
      fetch: provideFetch(way, { rules, injections }),
      geoip: provideGeoip(geoip),
      intl: provideIntl(scope),
      jobs: provideJobs(this.jobs),
      log: provideLog(this.logs),
      metrics: provideMetrics(this.metrics),
      mmdb: provideMmdb(file, scope),
      posthog: { capture: provideCapture(this.captured), api: provideApi(way, () => posthog) },
      request: provideRequest(request),
      storage: provideStorage(this.storage),
      timers: this.clock.isFrozen ? this.timers.provide() : provideTimers(scope),
      url: provideUrl(),
      zlib: provideZlib(scope),
    };
    return Object.fromEntries(
      Object.entries(all).filter(([name]) => (grants.granted as ReadonlySet<string>).has(name)),
    );
  }
}
