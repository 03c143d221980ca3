import type { Json } from "../../host/event.ts";
import { DEFAULT_LIMITS } from "../../runtime/limits.ts";
import { provideAttachments } from "../../runtime/ambient/attachments.ts";
import { provideCrypto } from "../../runtime/ambient/crypto.ts";
import { provideEncoding } from "../../runtime/ambient/encoding.ts";
import { provideMmdb } from "../../runtime/ambient/mmdb.ts";
import { provideTimers } from "../../runtime/ambient/timers.ts";
import { provideUrl } from "../../runtime/ambient/url.ts";
import { MemoryFile } from "../../runtime/memory-file.ts";
import type { CallScope } from "../../runtime/sandbox-options.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import { MemoryCache } from "../capabilities/cache.ts";
import { provideFetch } from "../capabilities/fetch.ts";
import type { Network } from "../capabilities/fetch.ts";
import type { FetchRecord } from "../capabilities/fetch-record.ts";
import { provideGeoip } from "../capabilities/geoip.ts";
import { provideJobs } from "../capabilities/jobs.ts";
import type { QueuedJob } from "../capabilities/jobs.ts";
import { provideLog } from "../capabilities/log.ts";
import type { LogLine } from "../capabilities/log.ts";
import { provideMetrics } from "../capabilities/metrics.ts";
import type { MetricWrites } from "../capabilities/metrics.ts";
import { providePosthog } from "../capabilities/posthog.ts";
import type { Captured } from "../capabilities/posthog.ts";
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
  grants: Grants;
  network: Network;
  geoip: Readonly<Record<string, Json>>;
  /** What `meta.request` shows in every call. */
  request: RequestFields;
  storage: Readonly<Record<string, Json>>;
  cache: Readonly<Record<string, Json>>;
}

/** Everything that a plugin can touch in a run, in memory. It outlives a sandbox that had to be replaced. */
export class World {
  readonly clock: Clock;
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
    this.storage = new Map(Object.entries(input.storage).map(([key, value]) => [key, JSON.stringify(value)]));
    this.cache = new MemoryCache(input.clock, input.cache);
    this.timers = new VirtualTimers(input.clock, DEFAULT_LIMITS.wallMs);
  }

  get denials(): Grants["denials"] {
    return this.#input.grants.denials;
  }

  /** The capabilities that are granted. */
  provide(scope: CallScope, attachments: readonly FileAttachment[]): Partial<Capabilities> {
    const files = attachments.map(({ contents }) => new MemoryFile(contents));
    const file = (index: number): MemoryFile | undefined => files[index];
    const { grants, network, geoip, request } = this.#input;
    const all: Capabilities = {
      attachments: provideAttachments(attachments, file, DEFAULT_LIMITS),
      cache: this.cache.provide(),
      crypto: provideCrypto(scope),
      encoding: provideEncoding(),
      fetch: provideFetch(network, grants.hosts, scope, this.fetches),
      geoip: provideGeoip(geoip),
      jobs: provideJobs(this.jobs),
      log: provideLog(this.logs),
      metrics: provideMetrics(this.metrics),
      mmdb: provideMmdb(file, scope),
      posthog: providePosthog(this.captured),
      request: provideRequest(request),
      storage: provideStorage(this.storage),
      timers: this.clock.isFrozen ? this.timers.provide() : provideTimers(scope),
      url: provideUrl(),
    };
    return Object.fromEntries(
      Object.entries(all).filter(([name]) => (grants.granted as ReadonlySet<string>).has(name)),
    );
  }
}
