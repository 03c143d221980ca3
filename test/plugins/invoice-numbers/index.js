export async function setupPlugin({ utils }) {
  await utils.cursor.init("invoice", 1000);
}

export async function processEvent(event, { utils: { cursor }, storage }) {
  if (event.event === "reset") await storage.set("invoice", "many");
  const number = await cursor.increment("invoice");
  const total = await cursor.increment("total", event.properties.cents);
  event.properties.invoice = number;
  event.properties.total = total;
  return event;
}

export async function runEveryDay({ utils: { cursor } }) {
  await cursor.init("invoice");
  console.log(await cursor.increment("fresh"), await cursor.increment("fresh", 0));
  await cursor.init("bad", "1").catch((error) => console.error(error.message));
  await cursor.increment("fresh", "1").catch((error) => console.error(error.message));
}
