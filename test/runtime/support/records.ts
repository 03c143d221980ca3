import { provideCrypto } from "../../../host/capabilities/crypto.ts";
import { provideZlib } from "../../../host/capabilities/zlib.ts";
import { provideAttachments } from "../../../runtime/ambient/attachments.ts";
import { provideNoBuffers } from "../../../runtime/ambient/buffers.ts";
import { provideEncoding } from "../../../runtime/ambient/encoding.ts";
import { provideIntl } from "../../../runtime/ambient/intl.ts";
import { provideMmdb } from "../../../runtime/ambient/mmdb.ts";
import { provideTimers } from "../../../runtime/ambient/timers.ts";
import { provideUrl } from "../../../runtime/ambient/url.ts";
import { HostError } from "../../../runtime/host-error.ts";
import { DEFAULT_LIMITS } from "../../../runtime/limits.ts";
import type { Limits } from "../../../runtime/limits.ts";
import { MemoryFile } from "../../../runtime/memory-file.ts";
import type { Attachment, CallScope } from "../../../runtime/sandbox-options.ts";
import type { Capabilities } from "../../../wit/generated/contract.ts";
import { MemoryCache } from "./memory-cache.ts";

export type HostRequest = Parameters<Capabilities["fetch"]["send"]>[0];
export type HostResponse = Awaited<ReturnType<Capabilities["fetch"]["send"]>>;

/** An attachment with its bytes. */
export interface TestAttachment extends Omit<Attachment, "size"> {
  contents: Uint8Array;
}

/** What a plugin under test did with its capabilities, and what they answer from. */
export class Records {
  readonly logs: [level: string, message: string][] = [];
  readonly captured: [event: string, properties: unknown][] = [];
  readonly jobs: { name: string; payload: unknown; due: unknown }[] = [];
  readonly metrics: [name: string, operation: string, value: number][] = [];
  readonly requests: HostRequest[] = [];
  readonly apiRequests: Parameters<Capabilities["posthog"]["api"]>[0][] = [];
  readonly cancelled: number[] = [];
  /** The attachments whose bytes were read. */
  readonly reads: number[] = [];
  readonly storage = new Map<string, string>();
  readonly places = new Map<string, unknown>();
  request: ReturnType<Capabilities["request"]["read"]> = {};
  readonly cache: MemoryCache;
  respond: (request: HostRequest) => HostResponse | Promise<HostResponse> = () => response(404, "");

  readonly #limits: Pick<Limits, "memoryBytes">;

  constructor(now: () => number, limits: Pick<Limits, "memoryBytes"> = DEFAULT_LIMITS) {
    this.#limits = limits;
    this.cache = new MemoryCache(now);
  }

  provide(scope: CallScope, given: readonly TestAttachment[] = []): Capabilities {
    const attachments = given.map((attachment) => ({ ...attachment, size: attachment.contents.length }));
    const files = given.map(({ contents }) => new MemoryFile(contents));
    const file = (index: number): MemoryFile | undefined => files[index];
    const { read } = provideAttachments(attachments, file, this.#limits);
    return {
      attachments: {
        read: (index) => {
          this.reads.push(index);
          return read(index);
        },
      },
      buffers: provideNoBuffers(),
      cache: this.cache,
      crypto: provideCrypto(scope),
      encoding: provideEncoding(),
      fetch: {
        send: async (request) => {
          const { id: _, ...sent } = request;
          this.requests.push(sent);
          return this.respond(request);
        },
        cancel: (id) => void this.cancelled.push(id),
      },
      geoip: {
        locate: async (ip) => (this.places.has(ip) ? JSON.stringify(this.places.get(ip)) : undefined),
      },
      intl: provideIntl(scope),
      jobs: {
        enqueue: async (name, payload, due) => {
          this.jobs.push({ name, payload: payload === undefined ? undefined : JSON.parse(payload), due });
        },
      },
      log: { write: (level, message) => void this.logs.push([level, message]) },
      metrics: { write: (name, operation, value) => void this.metrics.push([name, operation, value]) },
      mmdb: provideMmdb(file, scope),
      posthog: {
        capture: async (event, properties) => void this.captured.push([event, JSON.parse(properties)]),
        api: async (request) => {
          this.apiRequests.push(request);
          return this.respond({ url: request.path, method: request.method, headers: [], redirect: "follow" });
        },
      },
      request: { read: () => this.request },
      storage: {
        get: async (key) => this.storage.get(key),
        set: async (key, value) => void this.storage.set(key, value),
        del: async (key) => void this.storage.delete(key),
        cursorInit: async (key, initial) => void (this.storage.has(key) || this.storage.set(key, `${initial}`)),
        cursorIncrement: async (key, by) => {
          const next = Number(this.storage.get(key) ?? 0) + by;
          if (Number.isNaN(next)) throw new HostError("TypeError", `${key} is not a number`);
          this.storage.set(key, `${next}`);
          return next;
        },
      },
      timers: provideTimers(scope),
      url: provideUrl(),
      zlib: provideZlib(scope),
    };
  }
}

/** An HTTP response as the host hands it to the guest. */
export function response(status: number, body: string, headers: [string, string][] = []): HostResponse {
  return {
    status,
    statusText: status === 200 ? "OK" : "",
    headers,
    url: "https://example.com/final",
    redirected: false,
    body: new TextEncoder().encode(body),
  };
}
