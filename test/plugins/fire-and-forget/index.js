// Not one promise is awaited, and all of them must come to their end.
export function setupPlugin({ storage }) {
  storage.set("started", new Date());
}

export function processEvent(event, { cache, storage }) {
  cache.incr("events");
  storage.get("people", []).then((people) => {
    if (!people.includes(event.distinct_id)) storage.set("people", [...people, event.distinct_id]);
  });
  fetch("https://engage.example/track", { method: "POST", body: JSON.stringify({ name: event.event }) })
    .then((response) => response.json())
    .then(({ id }) => cache.set(`last:${event.distinct_id}`, id, 60));
  posthog.capture("tracked", { distinct_id: event.distinct_id, of: event.event });
  return event;
}
