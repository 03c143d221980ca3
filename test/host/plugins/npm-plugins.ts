/// <reference types="vite/client" />
// oxlint-disable-next-line import/default -- ?raw gives a file's text as its default export
import geoip from "../../../node_modules/@posthog/geoip-plugin/index.ts?raw";
import geoipJson from "../../../node_modules/@posthog/geoip-plugin/plugin.json?raw";
import propertyFilter from "../../../node_modules/@posthog/property-filter-plugin/index.js?raw";
import propertyFilterJson from "../../../node_modules/@posthog/property-filter-plugin/plugin.json?raw";
import propertyFlattener from "../../../node_modules/@posthog/property-flattener-plugin/index.js?raw";
import propertyFlattenerJson from "../../../node_modules/@posthog/property-flattener-plugin/plugin.json?raw";
// oxlint-disable-next-line import/default -- ?raw gives a file's text as its default export
import semverFlattener from "../../../node_modules/@posthog/semver-flattener-plugin/index.ts?raw";
import semverFlattenerJson from "../../../node_modules/@posthog/semver-flattener-plugin/plugin.json?raw";
import shopifySync from "../../../node_modules/@posthog/shopify-sync-plugin/index.js?raw";
import shopifySyncJson from "../../../node_modules/@posthog/shopify-sync-plugin/plugin.json?raw";
import userAgent from "../../../node_modules/@posthog/user-agent-app/dist/index.js?raw";
import userAgentJson from "../../../node_modules/@posthog/user-agent-app/plugin.json?raw";

/** The files of published plugins that matter here, as npm has them. */
export const NPM_PLUGINS = {
  geoip: { "index.ts": geoip, "plugin.json": geoipJson },
  "property-filter": { "index.js": propertyFilter, "plugin.json": propertyFilterJson },
  "property-flattener": { "index.js": propertyFlattener, "plugin.json": propertyFlattenerJson },
  "semver-flattener": { "index.ts": semverFlattener, "plugin.json": semverFlattenerJson },
  "shopify-sync": { "index.js": shopifySync, "plugin.json": shopifySyncJson },
  "user-agent": { "dist/index.js": userAgent, "plugin.json": userAgentJson },
} satisfies Record<string, Record<string, string>>;
