interface Event {
  event: string;
  distinct_id: string;
  properties?: Record<string, unknown>;
}

interface Meta {
  config: { greeting: string };
  cache: { incr(key: string): Promise<number> };
}

/** Called for every event; what it returns goes on to PostHog. Return nothing to drop the event. */
export async function processEvent(event: Event, { config, cache }: Meta): Promise<Event | undefined> {
  if (event.event === "$noise") return undefined;
  event.properties = {
    ...event.properties,
    greeting: config.greeting,
    event_number: await cache.incr("events"),
  };
  return event;
}
