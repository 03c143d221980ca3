import type { JsonObject } from "../event.ts";

/**
 * What a project without PostHog behind it tells the browser SDKs: capture and autocapture work, compressed, and
 * everything that needs a server is off. `surveys` is left out on purpose: posthog-js 1.44x loads the surveys script,
 * which is not here, once it is told anything about surveys, `false` included.
 */
export const REMOTE_CONFIG: JsonObject = {
  supportedCompression: ["gzip", "gzip-js"],
  // Newer SDKs hold autocapture back until this is said; posthog-js 1.13 until `config` below is.
  autocapture_opt_out: false,
  config: { enable_collect_everything: true },
  hasFeatureFlags: false,
  sessionRecording: false,
  capturePerformance: false,
  captureDeadClicks: false,
  heatmaps: false,
  productTours: false,
  conversations: false,
  autocaptureExceptions: false,
  errorTracking: { autocaptureExceptions: false, suppressionRules: [] },
  logs: { captureConsoleLogs: false },
  siteApps: [],
  toolbarParams: {},
  editorParams: {},
  isAuthenticated: false,
};

/** The script that sets the remote configuration, where posthog-js looks for it before it asks for the JSON. */
export function remoteConfigScript(token: string): string {
  const key = scriptSafe(token);
  const entry = scriptSafe({ config: REMOTE_CONFIG, siteApps: [] });
  return `(function(w){w._POSTHOG_REMOTE_CONFIG=w._POSTHOG_REMOTE_CONFIG||{};w._POSTHOG_REMOTE_CONFIG[${key}]=${entry};})(window);\n`;
}

/** JSON that cannot end a `<script>` element either. */
function scriptSafe(value: string | JsonObject): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
