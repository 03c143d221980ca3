export function processEvent(event, { request }) {
  const { country = null, city = null, asn = null } = request ?? {};
  event.properties = { ...event.properties, country, city, asn };
  return event;
}
