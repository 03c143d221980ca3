async function processEvent(event, { config, cache }) {
  const counter = await cache.get("counter", 0);
  cache.set("counter", counter + 1);

  if (event.properties) {
    event.properties.hello = "world";
    event.properties.bar = config.bar;
    event.properties.$counter = counter;
  }

  return event;
}
