import type { PluginEvent, PluginMeta } from "@posthog/plugin-scaffold";

// null is a value of its own: a person who came from nowhere.
export async function processEvent(event: PluginEvent, { cache, storage }: PluginMeta): Promise<PluginEvent> {
  const { distinct_id, properties = {} } = event;
  let touch = await cache.get(`touch:${distinct_id}`, "unknown");
  if (touch === "unknown") {
    touch = await storage.get(distinct_id, "unknown");
    if (touch === "unknown") {
      touch = properties["$referrer"] ?? null;
      await storage.set(distinct_id, touch);
    }
    await cache.set(`touch:${distinct_id}`, touch);
  }
  return { ...event, properties: { ...properties, first_touch: touch } };
}
