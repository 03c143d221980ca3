import { createRequire } from "node:module";
import { gunzipSync } from "node:zlib";
import { PostHog } from "posthog-node";
import { PostHog as PostHog4 } from "posthog-node-4";

import { packageVersion } from "./packages.ts";

/** A request that an SDK made, and the status of its answer. */
export interface SdkRequest {
  path: string;
  headers: Headers;
  status: number;
  /** How many events were in it. */
  events: number;
}

/** What all generations of posthog-node can do, in the words of the newest. */
export interface NodeSdk {
  capture(message: { distinctId: string; event: string; properties?: Record<string, unknown> }): void;
  identify(message: { distinctId: string; properties?: Record<string, unknown> }): void;
  alias(message: { distinctId: string; alias: string }): void;
  groupIdentify?(message: { groupType: string; groupKey: string; properties?: Record<string, unknown> }): void;
  /** For events of language models, which have an endpoint of their own. */
  captureAi?(message: { distinctId: string; event: string; properties?: Record<string, unknown> }): void;
  isFeatureEnabled(key: string, distinctId: string): Promise<boolean | undefined>;
  /** Settles when all has been sent. */
  shutdown(): Promise<void>;
  /** What was sent so far; empty where the SDK does not let anybody look on. */
  requests: SdkRequest[];
}

/** A generation of posthog-node in one of its modes, as an application would set it up. */
export interface NodeSdkGeneration {
  name: string;
  version: string;
  start(host: string, key?: string): NodeSdk;
  /** The events, besides those that all make of the same calls. */
  alsoSends: string[];
  /** Where its events go. */
  endpoints: string[];
  encoding: "gzip" | null;
}

const VERSION_5 = packageVersion("posthog-node");
const EVENTS_OF_5 = ["$groupidentify", "$feature_flag_called", "$ai_generation"];

export const NODE_SDKS: NodeSdkGeneration[] = [
  { name: "posthog-node 1", version: "1.1.4", start: startPostHog1, alsoSends: [], endpoints: [], encoding: null },
  {
    name: "posthog-node 4",
    version: "4.0.0",
    start: (host, key) => start(PostHog4, { host }, key),
    alsoSends: ["$groupidentify", "$feature_flag_called"],
    endpoints: ["/batch/"],
    encoding: null,
  },
  {
    name: "posthog-node 5",
    version: VERSION_5,
    start: (host, key) => start(PostHog, { host }, key),
    alsoSends: EVENTS_OF_5,
    endpoints: ["/batch/", "/i/v0/ai/batch/"],
    encoding: "gzip",
  },
  {
    name: "posthog-node 5 without compression",
    version: VERSION_5,
    start: (host, key) => start(PostHog, { host, disableCompression: true }, key),
    alsoSends: EVENTS_OF_5,
    endpoints: ["/batch/", "/i/v0/ai/batch/"],
    encoding: null,
  },
  {
    name: "posthog-node 5 in capture mode v1",
    version: VERSION_5,
    start: startInModeV1,
    alsoSends: EVENTS_OF_5,
    endpoints: ["/i/v1/analytics/events", "/i/v0/ai/batch/"],
    encoding: "gzip",
  },
];

interface Options {
  host: string;
  disableCompression?: boolean;
}

type FetchOptions = Pick<RequestInit, "method" | "headers" | "body">;

function start(
  Client: new (
    key: string,
    options: Options & { fetch: (url: string, options: FetchOptions) => Promise<Response> },
  ) => Omit<NodeSdk, "requests">,
  options: Options,
  key = "phc_demo",
): NodeSdk {
  const requests: SdkRequest[] = [];
  const client = new Client(key, {
    ...options,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      const { pathname: path } = new URL(url);
      const { headers, body } = init;
      requests.push({ path, headers: new Headers(headers), status: response.status, events: await countEvents(body) });
      return response;
    },
  });
  return Object.assign(client, { requests });
}

/** The mode can be chosen in the environment only. */
function startInModeV1(host: string, key?: string): NodeSdk {
  process.env["POSTHOG_CAPTURE_MODE"] = "v1";
  try {
    return start(PostHog, { host }, key);
  } finally {
    delete process.env["POSTHOG_CAPTURE_MODE"];
  }
}

/** Its shutdown sends no more than one batch, and nobody can wait for it. */
function startPostHog1(host: string, key = "phc_demo"): NodeSdk {
  const require = createRequire(import.meta.url);
  const PostHog1 = require("posthog-node-1") as new (
    key: string,
    options: { host: string; flushAt: number; personalApiKey: string },
  ) => Omit<NodeSdk, "requests" | "shutdown"> & { flush(done: (error?: Error) => void): void; shutdown(): void };
  const client = new PostHog1(key, { host, flushAt: 1000, personalApiKey: "phx_personal" });
  return {
    requests: [],
    capture: (message) => client.capture(message),
    identify: (message) => client.identify(message),
    alias: (message) => client.alias(message),
    isFeatureEnabled: (key, distinctId) => client.isFeatureEnabled(key, distinctId),
    shutdown: () =>
      new Promise((resolve, reject) => {
        client.flush((error) => (error ? reject(error) : resolve()));
        client.shutdown();
      }),
  };
}

async function countEvents(body: RequestInit["body"]): Promise<number> {
  const bytes = Buffer.from(await new Response(body).arrayBuffer());
  const json = bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
  const { batch = [] } = JSON.parse(json.toString()) as { batch?: unknown[] };
  return batch.length;
}
