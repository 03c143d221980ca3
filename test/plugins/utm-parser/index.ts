import { Plugin, PluginEvent, PluginMeta } from "@posthog/plugin-scaffold";

interface UtmConfig {
  prefix?: string;
}

type UtmMeta = PluginMeta<Plugin> & { config: UtmConfig };

enum Touch {
  First = "$set_once",
  Last = "$set",
}

class Campaign {
  constructor(
    private readonly params: URLSearchParams,
    readonly prefix: string = "utm_",
  ) {}

  *tags(): Generator<[string, string]> {
    for (const [key, value] of this.params) if (key.startsWith("utm_")) yield [this.prefix + key.slice(4), value];
  }
}

export async function processEvent(event: PluginEvent, { config }: UtmMeta): Promise<PluginEvent> {
  const current = event.properties?.["$current_url"] as string | undefined;
  if (!current) return event;
  let url: URL;
  try {
    url = new URL(current);
  } catch {
    return event;
  }
  const tags: Record<string, string> = Object.fromEntries(
    new Campaign(url.searchParams, config.prefix ?? undefined).tags(),
  );
  for (const touch of [Touch.Last, Touch.First] as const) {
    const seen = Object.entries(tags).map(([key, value]) => [touch === Touch.First ? `initial_${key}` : key, value]);
    if (seen.length > 0) event[touch] = { ...event[touch], ...Object.fromEntries(seen) };
  }
  event.properties = { ...event.properties!, ...tags };
  return event;
}
