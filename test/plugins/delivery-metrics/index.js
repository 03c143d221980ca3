export const metrics = { delivered: "sum", largest: "MAX", smallest: "min" };

export async function exportEvents(events, { metrics }) {
  const size = JSON.stringify(events).length;
  metrics.delivered.increment(events.length);
  metrics.largest.max(size);
  metrics.smallest.min(size);
}

export async function onEvent(event, { metrics }) {
  if (event.event === "unknown") metrics.unknown.increment(1);
  if (event.event === "wrong kind") metrics.delivered.max(1);
  if (event.event === "no number") metrics.delivered.increment("1");
}
