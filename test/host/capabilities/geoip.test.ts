import { expect, test } from "vitest";

import { provideGeoip } from "../../../host/capabilities/geoip.ts";
import type { Message } from "../../../host/event.ts";
import { loadPlugin } from "../../runtime/support/load-plugin.ts";
import { pluginEvent } from "../delivery/plugin-event.ts";
import { invocationOf, messageOf } from "./invocation.ts";

const IP = "203.0.113.7";
const UNAVAILABLE = "Error: IP location capabilities are not available in this PostHog instance!";

/** Locates an address in a plugin, during a message. Gives what comes back, or what is thrown. */
async function locate(message: Message | null, ip = IP): Promise<unknown> {
  const plugin = await loadPlugin(
    `export const onEvent = ({ ip }, { geoip }) => geoip.locate(ip).then((place) => ({ place }))`,
    { provide: () => ({ geoip: provideGeoip(invocationOf(message)) }) },
  );
  const { thrown, json } = await plugin.call("onEvent", [{ ip }]);
  return thrown ?? (JSON.parse(json ?? "{}") as { place?: unknown }).place;
}

const from = (geo: Message["request"]["geo"], changes = {}): Message =>
  messageOf({ event: pluginEvent({ ip: IP, ...changes }), request: { userAgent: null, geo } });

test("the client's own address is where Cloudflare saw it", async () => {
  expect(await locate(from({ country: "AU", city: "Sydney", asn: 1 }))).toMatchObject({
    city: { names: { en: "Sydney" } },
    country: { isoCode: "AU" },
  });
});

test("what Cloudflare does not know is left out", async () => {
  const place = await locate(from({ country: "AU", city: null, asn: null }));
  expect(place).toMatchObject({ country: { isoCode: "AU" } });
  expect(place).not.toHaveProperty("city");
});

test("without Cloudflare's word, as in a task or locally, there is no location", async () => {
  expect(await locate(null)).toBe(UNAVAILABLE);
  expect(await locate(from(null))).toBe(UNAVAILABLE);
});

test("the place of the client is not told as that of another address", async () => {
  const place = from({ country: "AU", city: "Sydney", asn: 1 });
  expect(await locate(place, "198.51.100.1")).toBe(UNAVAILABLE);
  expect(await locate(from({ country: "AU", city: null, asn: 1 }, { ip: null }), "null")).toBe(UNAVAILABLE);
});
