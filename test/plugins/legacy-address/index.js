const url = require("url");

function processEvent(event) {
  const { protocol, hostname, port, pathname, query } = url.parse(event.properties.$current_url, true);
  event.properties.parts = [protocol, hostname, port, pathname, query.a ?? null];
  event.properties.next = url.resolve(event.properties.$current_url, "../up?x=1");
  event.properties.made = url.format({ protocol: "https", host: "example.com", pathname: "/p", query: { q: "a b" } });
  return event;
}

module.exports = { processEvent };
