const KEPT = 3;

export async function processEvent(event, { cache }) {
  if (event.event !== "$pageview") return event;
  const key = `pages:${event.distinct_id}`;
  await cache.lrem(key, 0, event.properties.$pathname);
  const length = await cache.lpush(key, event.properties.$pathname);
  if (length > KEPT) {
    const all = await cache.lrange(key, 0, -1);
    await cache.lrem(key, -1, all[all.length - 1]);
  }
  event.properties.recent = await cache.lrange(key, 0, KEPT - 1);
  return event;
}

export const jobs = {
  async forget({ person }, { cache }) {
    const before = await cache.llen(`pages:${person}`);
    const popped = await cache.lpop(`pages:${person}`, 2);
    await cache.lpush("forgotten", popped);
    console.log(before, popped, await cache.llen(`pages:${person}`), await cache.lrange("missing", 0, 9));
    await cache.lpop("forgotten", 1);
    return cache.expire(`pages:${person}`, 0);
  },
  async misuse(_, { cache }) {
    const tries = [
      () => cache.lpush("k", 5),
      () => cache.lpop("k", "1"),
      () => cache.lrange("k", "0", 1),
      () => cache.lpush("k", Array(1001).fill("x")),
    ];
    for (const attempt of tries) await attempt().catch((error) => console.error(error));
  },
};
