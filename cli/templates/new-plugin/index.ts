import type { PluginEvent, PluginMeta } from "hoglet";

type Meta = PluginMeta<{ config: { greeting: string } }>;

/** Called for every event; what it returns goes on to PostHog. Return nothing to drop the event. */
export async function processEvent(event: PluginEvent, { config, cache }: Meta): Promise<PluginEvent | null> {
  if (event.event === "$noise") return null;
  event.properties = {
    ...event.properties,
    greeting: config.greeting,
    event_number: await cache.incr("events"),
  };
  return event;
}
