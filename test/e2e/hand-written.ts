import { gzipSync } from "node:zlib";

/** A request as an SDK in another language writes it, and what is to come of it. */
export interface HandWritten {
  name: string;
  request(distinctId: string): { path: string } & RequestInit;
  events: { event: string; properties?: Record<string, unknown>; [key: string]: unknown }[];
}

const JSON_TYPE = { "content-type": "application/json" };
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");

/** posthog-python names the time of sending in its own way, and may write NaN. */
const python = (distinct_id: string) => ({
  batch: [
    {
      properties: { $lib: "posthog-python", $lib_version: "3.0.1", $geoip_disable: true, amount: 12.5 },
      timestamp: "2026-03-01T11:59:00.123456+00:00",
      context: {},
      distinct_id,
      event: "paid",
      uuid: "0194b1c2-0000-7000-8000-000000000001",
    },
    { properties: { $lib: "posthog-python" }, timestamp: "2026-03-01T11:59:01+00:00", distinct_id, event: "left" },
  ],
  sentAt: "2026-03-01T11:59:02.000000+00:00",
  historical_migration: false,
  api_key: "phc_demo",
});

const PYTHON_EVENTS = [
  {
    uuid: "0194b1c2-0000-7000-8000-000000000001",
    event: "paid",
    timestamp: "2026-03-01T11:59:00.123Z",
    properties: { $lib: "posthog-python", amount: 12.5 },
  },
  { event: "left", timestamp: "2026-03-01T11:59:01.000Z" },
];

export const HAND_WRITTEN: HandWritten[] = [
  {
    name: "posthog-python, /batch/",
    request: (id) => ({ path: "/batch/", method: "POST", headers: JSON_TYPE, body: JSON.stringify(python(id)) }),
    events: PYTHON_EVENTS,
  },
  {
    name: "posthog-python with gzip, /batch/",
    request: (id) => ({
      path: "/batch/",
      method: "POST",
      headers: { ...JSON_TYPE, "content-encoding": "gzip" },
      body: gzipSync(JSON.stringify(python(id))),
    }),
    events: PYTHON_EVENTS,
  },
  {
    name: "posthog-ruby, /batch/",
    request: (distinct_id) => ({
      path: "/batch/",
      method: "POST",
      headers: JSON_TYPE,
      body: JSON.stringify({
        api_key: "phc_demo",
        batch: [
          {
            event: "$identify",
            distinct_id,
            $set: { plan: "pro" },
            type: "identify",
            timestamp: "2026-03-01T12:59:00.000+01:00",
            library: "posthog-ruby",
            library_version: "2.5.0",
            messageId: 7,
            properties: { $lib: "posthog-ruby", $lib_version: "2.5.0" },
          },
        ],
      }),
    }),
    events: [
      { event: "$identify", timestamp: "2026-03-01T11:59:00.000Z", $set: { plan: "pro" }, library: "posthog-ruby" },
    ],
  },
  {
    name: "a change of a person, /engage/",
    request: ($distinct_id) => ({
      path: "/engage/?ip=1",
      method: "POST",
      body: new URLSearchParams({ data: base64({ $token: "phc_demo", $distinct_id, $set: { plan: "pro" } }) }),
    }),
    events: [{ event: "$identify", $set: { plan: "pro" } }],
  },
  {
    name: "a pixel, GET /e/?data=",
    request: (id) => ({ path: `/e/?data=${encodeURIComponent(base64(pixel(id)))}` }),
    events: [{ event: "opened", properties: { token: "phc_demo", mail: 5 } }],
  },
  {
    name: "a pixel, GET /track/?data= with unescaped base64",
    request: (id) => ({ path: `/track/?ip=1&data=${base64(pixel(id))}` }),
    events: [{ event: "opened", properties: { token: "phc_demo", mail: 5 } }],
  },
  {
    name: "one event by hand, /capture",
    request: (distinct_id) => ({
      path: "/capture",
      method: "POST",
      body: JSON.stringify({ api_key: "phc_demo", event: "by hand", properties: { distinct_id, a: [1] } }),
    }),
    events: [{ event: "by hand", properties: { a: [1] } }],
  },
];

function pixel(distinct_id: string) {
  return { event: "opened", properties: { token: "phc_demo", distinct_id, mail: 5 } };
}
