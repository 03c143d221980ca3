import type { PluginEvent } from "@posthog/plugin-scaffold";

import countries from "./data/countries.json";
import { apply } from "./rules";
import * as text from "./text/index.js";

export { setupPlugin } from "./setup";

export function processEvent(event: PluginEvent, { global }: any): PluginEvent {
  const code = text.upper(event.properties?.country ?? "") as keyof typeof countries;
  return apply({ ...event, properties: { ...event.properties, country_name: countries[code] ?? null } }, global.rules);
}
