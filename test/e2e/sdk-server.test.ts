import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { type Hoglet, START_TIMEOUT, startHoglet } from "../support/hoglet.ts";
import { HAND_WRITTEN } from "./hand-written.ts";
import { NODE_SDKS } from "./posthog-node.ts";

const TIMEOUT = 120_000;

let hoglet: Hoglet;
beforeAll(async () => {
  hoglet = await startHoglet();
}, START_TIMEOUT);
afterAll(() => hoglet?.stop());

/** The events of a person and of a group, once there are so many of them. */
function eventsOf(distinctIds: string[], count: number) {
  return vi.waitFor(
    async () => {
      const events = (await hoglet.events()).filter(({ distinct_id }) => distinctIds.includes(distinct_id));
      expect(events).toHaveLength(count);
      return events;
    },
    { timeout: 40_000, interval: 200 },
  );
}

describe("with no PostHog behind Hoglet", () => {
  test.for(NODE_SDKS)("$name sends what it was told", { timeout: TIMEOUT }, async (generation) => {
    const { name, version, start } = generation;
    const sdk = start(hoglet.url);
    const distinctId = `user of ${name}`;
    const groupKey = `company of ${name}`;
    sdk.capture({ distinctId, event: "bought", properties: { price: 5, what: "日本語 😀" } });
    sdk.identify({ distinctId, properties: { plan: "pro" } });
    sdk.alias({ distinctId, alias: "anonymous" });
    sdk.groupIdentify?.({ groupType: "company", groupKey, properties: { seats: 3 } });
    sdk.captureAi?.({ distinctId, event: "$ai_generation", properties: { $ai_model: "m" } });
    for (let n = 0; n < 100; n++) sdk.capture({ distinctId, event: "many", properties: { n } });
    // No flag is on; the newest asks to tell that from one that does not exist.
    expect(await sdk.isFeatureEnabled("no-such-flag", distinctId)).toBeFalsy();
    await sdk.shutdown();

    const others = ["bought", "$identify", "$create_alias", ...generation.alsoSends];
    const events = await eventsOf([distinctId, `$company_${groupKey}`], 100 + others.length);
    const named = (wanted: string) => events.filter(({ event }) => event === wanted);
    expect(named("many").map(({ properties }) => properties["n"])).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(
      events
        .map(({ event }) => event)
        .filter((event) => event !== "many")
        .sort(),
    ).toEqual(others.sort());
    expect(new Set(events.map(({ uuid }) => uuid)).size).toBe(events.length);
    for (const { properties } of events)
      expect(properties).toMatchObject({ $lib: "posthog-node", $lib_version: version, hello: "world" });

    expect(named("bought")[0]).toMatchObject({ distinct_id: distinctId, properties: { price: 5, what: "日本語 😀" } });
    expect(named("$create_alias")[0]).toMatchObject({ distinct_id: distinctId, properties: { alias: "anonymous" } });
    const [identify] = named("$identify");
    expect(identify?.$set ?? identify?.properties["$set"]).toEqual({ plan: "pro" });
    for (const { properties } of named("$groupidentify"))
      expect(properties).toMatchObject({ $group_type: "company", $group_key: groupKey, $group_set: { seats: 3 } });

    // Nothing was refused, and no batch was sent again.
    const requests = sdk.requests.filter(({ path }) => path !== "/flags/" && path !== "/decide/");
    expect(sdk.requests.filter(({ status }) => status !== 200)).toEqual([]);
    expect(new Set(requests.map(({ path }) => path))).toEqual(new Set(generation.endpoints));
    for (const { headers } of requests) expect(headers.get("content-encoding")).toBe(generation.encoding);
    const sent = requests.reduce((sum, request) => sum + request.events, 0);
    if (requests.length > 0) expect(sent).toBe(events.length);
  });

  test.for(HAND_WRITTEN)("$name", { timeout: TIMEOUT }, async ({ name, request, events }) => {
    const distinctId = `user of ${name}`;
    const { path, ...init } = request(distinctId);
    const response = await fetch(`${hoglet.url}${path}`, init);
    expect([response.status, await response.json()]).toEqual([200, { status: 1 }]);
    const arrived = await eventsOf([distinctId], events.length);
    expect(arrived).toMatchObject(events);
    for (const { properties } of arrived) expect(properties["hello"]).toBe("world");
  });
});
