export const onSnapshot = async (event, { cache }) => {
  const bytes = JSON.stringify(event.properties.$snapshot_data ?? null).length;
  const total = (await cache.get("bytes", 0)) + bytes;
  await cache.set("bytes", total);
};
