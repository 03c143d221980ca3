import { readFileSync } from "node:fs";

import type { PostHogHandler } from "../support/fake-posthog.ts";
import { packageFile, packageVersion } from "./packages.ts";

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  script?: string;
}

/** The flags that are on. */
export const FLAGS = { beta: true, color: "blue" };

const RECORDING = { endpoint: "/s/", recorderVersion: "v2" };
const FLAG_DETAILS = Object.entries(FLAGS).map(([key, value]) => {
  const variant = typeof value === "string" ? value : undefined;
  return [key, { key, enabled: true, variant, metadata: { id: 1, version: 1 }, reason: { code: "condition_match" } }];
});

/** What the SDKs ask; each generation is told of another compression than by Hoglet itself. */
const ANSWERS: { [address: string]: Answer } = {
  // posthog-js 1.13
  "/decide/?v=2": {
    json: {
      supportedCompression: ["lz64"],
      config: { enable_collect_everything: true },
      featureFlags: FLAGS,
      sessionRecording: false,
    },
  },
  // posthog-js 1.96, posthog-node 4
  "/decide/?v=3": {
    json: {
      supportedCompression: [],
      config: { enable_collect_everything: true },
      autocapture_opt_out: false,
      featureFlags: FLAGS,
      featureFlagPayloads: {},
      sessionRecording: RECORDING,
    },
  },
  // posthog-node 1
  "/decide/": { json: { featureFlags: Object.keys(FLAGS) } },
  "/api/feature_flag/": { json: { results: [{ key: "beta", active: true, is_simple_flag: false }] } },
  // posthog-js and posthog-node of today
  "/flags/?v=2": { json: { errorsWhileComputingFlags: false, flags: Object.fromEntries(FLAG_DETAILS) } },
  "/s/": { json: { status: 1 } },
  // For what only HTTP itself knows.
  "/api/down": { status: 503, headers: { "Retry-After": "7" }, json: "maintenance" },
  "/api/moved": { status: 302, headers: { Location: "/api/down?x=1" } },
  "/api/unchanged": { status: 304, headers: { ETag: '"1"' } },
};

const REMOTE_CONFIG = {
  supportedCompression: ["base64"],
  hasFeatureFlags: true,
  autocapture_opt_out: false,
  sessionRecording: RECORDING,
};

const SDK_OF_VERSION = new Map(
  ["posthog-js-1-13", "posthog-js-1-96", "posthog-js"].map((name) => [packageVersion(name), name]),
);

/**
 * Answers for PostHog all but `/batch/`, with marks by which an answer is known to be its own: the header `X-From`, and
 * cookies that nobody is to see.
 */
export const answerAsPostHog: PostHogHandler = (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://posthog.test");
  if (pathname === "/batch/") return false;
  const version = searchParams.get("v");
  const answer = ANSWERS[version === null ? pathname : `${pathname}?v=${version}`] ??
    scriptAt(pathname, version) ?? { status: 404, json: { detail: "PostHog knows nothing of this." } };
  const { status = 200, headers, json, script } = answer;
  response.setHeader("Set-Cookie", ["session=secret; Path=/", "csrf=secret"]);
  response.writeHead(status, {
    "X-From": "PostHog",
    "Content-Type": script === undefined ? "application/json" : "text/javascript",
    ...headers,
  });
  request.on("end", () => response.end(script ?? (json === undefined ? undefined : JSON.stringify(json))));
  return true;
};

/** The assets: posthog-js itself, what it loads later, and the configuration of a project. */
function scriptAt(path: string, version: string | null): Answer | undefined {
  const headers = { "Cache-Control": "public, max-age=300" };
  const token = /^\/array\/([^/]+)\/config\.js$/.exec(path)?.[1];
  if (token !== undefined) {
    const config = JSON.stringify({ config: REMOTE_CONFIG, siteApps: [] });
    return { headers, script: `window._POSTHOG_REMOTE_CONFIG = { ${JSON.stringify(token)}: ${config} };` };
  }
  const [, versionInPath, name] = /^\/static\/(?:([\d.]+)\/)?([\w-]+\.js)$/.exec(path) ?? [];
  const sdk = SDK_OF_VERSION.get(versionInPath ?? version ?? "");
  return name && sdk ? { headers, script: readFileSync(packageFile(sdk, `dist/${name}`), "utf8") } : undefined;
}
