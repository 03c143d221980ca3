import { Reader } from "maxmind";

export function setupPlugin({ attachments, global }) {
  if (attachments.maxmindMmdb) {
    global.ipLookup = new Reader(attachments.maxmindMmdb.contents);
  }
}

export function processEvent(event, { global }) {
  const ip = event.properties?.$ip || event.ip;
  const place = ip && global.ipLookup ? global.ipLookup.get(ip) : null;
  if (place) {
    event.properties = { ...event.properties, ...geoProperties(place) };
  }
  return event;
}

function geoProperties({ city, country, continent, location, subdivisions, postal }) {
  const properties = {
    $geoip_city_name: city?.names?.en,
    $geoip_country_name: country?.names?.en,
    $geoip_country_code: country?.iso_code,
    $geoip_continent_name: continent?.names?.en,
    $geoip_continent_code: continent?.code,
    $geoip_postal_code: postal?.code,
    $geoip_latitude: location?.latitude,
    $geoip_longitude: location?.longitude,
    $geoip_time_zone: location?.time_zone,
  };
  subdivisions?.forEach(({ iso_code, names }, i) => {
    properties[`$geoip_subdivision_${i + 1}_code`] = iso_code;
    properties[`$geoip_subdivision_${i + 1}_name`] = names?.en;
  });
  return properties;
}
