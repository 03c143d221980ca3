// What storage keeps, forgets and tells apart.
export async function processEvent(event, { storage }) {
  const { key, action, value } = event.properties;
  if (action === "issue") await storage.set(key, value);
  if (action === "revoke") await storage.set(key, undefined);
  if (action === "delete") {
    await storage.del(key);
    await storage.del(key);
  }
  event.properties.found = await storage.get(key, "nothing");
  event.properties.isUndefined = (await storage.get(`${key}?`)) === undefined;
  return event;
}
