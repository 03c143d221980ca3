import { createHash } from "crypto";
import type { PluginEvent } from "@posthog/plugin-scaffold";

export async function processEvent(event: PluginEvent, { config, cache }: any): Promise<PluginEvent | null> {
  const what = config.mode === "All" ? [event.distinct_id, event.event, event.properties] : event.properties;
  const hash = createHash("sha256").update(JSON.stringify(what), "utf8").digest("hex");
  if (await cache.get(hash, false)) return null;
  await cache.set(hash, true, 300);
  return { ...event, properties: { ...event.properties, $hash: hash } };
}
