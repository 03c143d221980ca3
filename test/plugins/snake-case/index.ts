import type { PluginEvent } from "@posthog/plugin-scaffold";

const snake = (name: string): string =>
  name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/[\s-]+/g, "_")
    .toLowerCase();

export async function processEventBatch(events: PluginEvent[]): Promise<(PluginEvent | null)[]> {
  return events.map((event) => {
    if (event.event === "Debug") return null;
    return event.event.startsWith("$") ? event : { ...event, event: snake(event.event) };
  });
}
