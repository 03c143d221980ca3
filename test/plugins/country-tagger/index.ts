import type { Plugin } from "@posthog/plugin-scaffold";

const plugin: Plugin = {
  processEvent: async (event, { geoip, cache }) => {
    const ip = event.properties?.$ip || event.ip;
    if (!ip || event.properties?.$geoip_disable) return event;
    const place = await geoip.locate(ip);
    if (!place) return event;
    event.properties = {
      ...event.properties,
      country: place.country?.isoCode,
      city: place.city?.names?.en,
      zone: place.location?.timeZone,
      region: place.subdivisions?.[0]?.isoCode,
    };
    const last = await cache.get(event.distinct_id);
    if (last === ip) return event;
    await cache.set(event.distinct_id, ip, 3600);
    event.$set = { ...event.$set, country: place.country?.isoCode ?? null };
    return event;
  },
};

module.exports = plugin;
