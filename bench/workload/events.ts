import type { JsonObject } from "../../runtime/event/event-source.ts";

/** The sizes of event that are measured: characters of JSON. */
export const EVENT_SIZES = { "1.6 KB": 1_600, "20 KB": 20_000, "200 KB": 200_000 } as const;
export type EventSize = keyof typeof EVENT_SIZES;

/** What posthog-js sends for a page view. */
const PROPERTIES: JsonObject = {
  $os: "Mac OS X",
  $os_version: "10.15.7",
  $browser: "Chrome",
  $browser_version: 141,
  $device_type: "Desktop",
  $current_url: "https://shop.example.com/account/orders/48213?utm_source=newsletter&utm_campaign=spring#details",
  $host: "shop.example.com",
  $pathname: "/account/orders/48213",
  $raw_user_agent:
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
  $screen_height: 1080,
  $screen_width: 1920,
  $viewport_height: 968,
  $viewport_width: 1745,
  $lib: "web",
  $lib_version: "1.280.1",
  $insert_id: "8mzqkz6gyl0v3f5t",
  $time: 1760000000.123,
  $device_id: "0199c0aa-5b1e-7c1e-9d3f-2f6f2b8f4a11",
  $session_id: "0199c0aa-5b20-7d7a-8a4e-7e2f5d9c1b22",
  $window_id: "0199c0aa-5b20-7d7a-8a4e-7e3001f0c333",
  $referrer: "https://www.google.com/search?q=example+shop",
  $referring_domain: "www.google.com",
  $is_identified: true,
  $lib_rate_limit_remaining_tokens: 99,
  title: "Order 48213 - contact anna.schmidt@example.com for help",
  $set: { email: "anna.schmidt@example.com", plan: "team", seats: 12 },
  $set_once: { $initial_referrer: "https://www.google.com/", $initial_utm_source: "newsletter" },
};

/** A line of the shopping cart that larger events carry. */
const line = (i: number): JsonObject => ({
  sku: `SKU-${100_000 + i}`,
  name: `Product number ${i}, the "${i % 2 === 0 ? "small" : "large"}" one`,
  price: 1999 + (i % 700) / 100,
  quantity: (i % 5) + 1,
  isGift: i % 7 === 0,
  options: { colour: ["red", "green", "blue"][i % 3], engraving: null, tags: ["sale", `t${i % 11}`] },
});

/**
 * The JSON of a page view of about so many characters. The larger ones have more of everything: flat properties, and a cart of nested
 * lines, in lists and in objects.
 */
export function eventJson(size: number): string {
  const properties: JsonObject = { ...PROPERTIES };
  const event = {
    uuid: "0199c0aa-6000-7000-8000-000000000001",
    event: "$pageview",
    distinct_id: "anna-48213",
    team_id: 1,
    ip: "203.0.113.7",
    site_url: "https://eu.posthog.com",
    now: "2026-03-01T12:00:00.000Z",
    sent_at: "2026-03-01T12:00:00.000Z",
    timestamp: "2026-03-01T11:59:59.000Z",
    properties,
  };
  const list: JsonObject[] = [];
  const byId: JsonObject = {};
  let length = JSON.stringify(event).length;
  for (let i = 0; length < size - LINE / 2; i++) {
    if (i === 0) Object.assign(properties, { cart: { list, byId } });
    const third = i % 3;
    if (third === 0) list.push(line(i));
    else if (third === 1) byId[`line-${i}`] = line(i);
    else
      for (let k = 0; k < 4; k++) properties[`custom_property_${i}_${k}`] = `the value of property ${k} of line ${i}`;
    if (i % 50 === 0 || size < 50_000) length = JSON.stringify(event).length;
    else length += LINE;
  }
  return JSON.stringify(event);
}

/** Characters of a line of the cart, about. */
const LINE = 190;
