async function processEvent(event, { cache, config }) {
  const key = `session:${event.distinct_id}`;
  const step = await cache.incr(key);
  await cache.expire(key, Number(config.minutes) * 60);
  const first = await cache.get("first", null);
  if (first === null) await cache.set("first", event.distinct_id, 3600);
  const isKnown = await cache.expire(`never:${event.distinct_id}`, 10);
  event.properties = { ...event.properties, step, first, isKnown };
  return event;
}

// A rate limit, the naive way: looks at the cache until the mark has expired.
async function runEveryHour({ cache }) {
  await cache.set("snoozing", true, 2);
  let looks = 0;
  while (await cache.get("snoozing")) {
    looks += 1;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  console.log("looked", looks, "times");
}

module.exports = { processEvent, runEveryHour };
