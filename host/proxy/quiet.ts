import type { JsonObject } from "../event.ts";
import { errorAnswer, jsonAnswer } from "./answers.ts";
import { allowOrigin } from "./cors.ts";
import { REMOTE_CONFIG, remoteConfigScript } from "./remote-config.ts";
import { tokenFromRequest } from "./token.ts";

/** Definitions for SDKs that evaluate flags themselves. */
const NO_FLAG_DEFINITIONS = { flags: [], group_type_mapping: {}, cohorts: {} };

/** What the SDKs call under `/api/` and what "there is none" looks like for each. */
const NOTHING: { [path: string]: JsonObject } = {
  "/flags/definitions": NO_FLAG_DEFINITIONS,
  "/api/feature_flag/local_evaluation": NO_FLAG_DEFINITIONS,
  "/api/feature_flag": { count: 0, next: null, previous: null, results: [] },
  "/api/surveys": { surveys: [] },
  "/api/early_access_features": { earlyAccessFeatures: [] },
  "/api/web_experiments": { experiments: [] },
  "/api/product_tours": { product_tours: [] },
};

/** Session recordings and telemetry: nobody is there to keep them, and a refusal makes SDKs send them again. */
const DISCARDED = /^\/(s|i\/v1\/(logs|metrics|traces))$/;

/**
 * Answers the SDKs when the team has no PostHog behind it, so that they work, keep quiet and do not retry.
 * Paths that no SDK calls by itself are 404.
 */
export async function quietAnswer(request: Request): Promise<Response> {
  await drain(request);
  const url = new URL(request.url);
  const path = url.pathname.endsWith("/") ? url.pathname.slice(0, -1) : url.pathname;
  const nothing = Object.hasOwn(NOTHING, path) ? NOTHING[path] : undefined;
  if (nothing !== undefined) return jsonAnswer(request, nothing);
  if (path === "/decide" || path === "/flags") return jsonAnswer(request, flags(url.searchParams.get("v")));
  if (DISCARDED.test(path)) return jsonAnswer(request, { status: 1 });
  if (/^\/array\/[^/]+\/config$/.test(path)) return jsonAnswer(request, REMOTE_CONFIG);
  if (/^\/array\/[^/]+\/config\.js$/.test(path)) return configScript(request, url);
  const detail = `There is nothing at ${url.pathname}: this project has no PostHog behind it. Set POSTHOG_HOST to have one.`;
  return errorAnswer(request, 404, "not_found", detail);
}

/** Version 1 lists the flags that are on, 2 and 3 map them to values, the current one to objects. */
function flags(version: string | null): JsonObject {
  const featureFlags = version === null || version === "1" ? [] : {};
  return { ...REMOTE_CONFIG, flags: {}, featureFlags, featureFlagPayloads: {}, errorsWhileComputingFlags: false };
}

function configScript(request: Request, url: URL): Response {
  const headers = new Headers({
    "Content-Type": "application/javascript; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  });
  allowOrigin(headers, request);
  return new Response(remoteConfigScript(tokenFromRequest(url) ?? ""), { headers });
}

/** Takes a body to its end: a client whose upload is cut off by the answer sees a broken connection and retries. */
async function drain(request: Request): Promise<void> {
  try {
    await request.body?.pipeTo(new WritableStream());
  } catch {
    // The client went away while sending. Nobody reads the answer, and nothing was to be kept.
  }
}
