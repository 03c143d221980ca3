import type { ExpectStatic } from "vitest";

import { packageVersion } from "./packages.ts";
import type { PostHogJs } from "./shop.ts";

/** What the tests look at in an event that has left. */
interface Event {
  uuid: string;
  event: string;
  distinct_id: string;
  properties: Record<string, unknown>;
  $set?: Record<string, unknown>;
  $set_once?: Record<string, unknown>;
}

/** The events of one visit, among those of others. */
export function eventsOfVisit<E extends Event>(events: E[], person: string): E[] {
  return events.filter(({ distinct_id, properties }) => {
    const page = properties["$current_url"];
    return distinct_id === person || (typeof page === "string" && page.includes(encodeURIComponent(person)));
  });
}

/** How many events of each name a visit gives, before the visitor leaves and after. */
export function eventCounts(sdk: PostHogJs): Record<"before" | "after", Record<string, number>> {
  // The oldest sends changes of persons to /engage, which makes an $identify of each, and knows no groups.
  const persons = sdk === "posthog-js-1-13" ? { $identify: 2 } : { $identify: 1, $set: 1, $groupidentify: 1 };
  const before = { $pageview: 1, waited: 1, looked: 1, scrolled: 50, $autocapture: 1, ...persons };
  return { before, after: { ...before, left: 1, $pageleave: 1 } };
}

export function countByName(events: Event[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { event } of events) counts[event] = (counts[event] ?? 0) + 1;
  return counts;
}

/** Checks the events of a complete visit, in the order of their arrival. */
export function expectVisit(
  expect: ExpectStatic,
  events: Event[],
  { sdk, token, person }: { sdk: PostHogJs; token: string; person: string },
) {
  expect(countByName(events)).toEqual(eventCounts(sdk).after);
  expect(new Set(events.map(({ uuid }) => uuid)).size).toBe(events.length);

  const named = (name: string) => events.filter(({ event }) => event === name);
  expect(named("scrolled").map(({ properties }) => properties["n"])).toEqual(Array.from({ length: 50 }, (_, n) => n));
  const [looked] = named("looked");
  expect(looked?.properties).toMatchObject({
    n: 1,
    what: "日本語 😀 <>&+=%",
    nested: { list: [1, null, "a"] },
    registered: "in the browser",
    token,
    $lib: "web",
    $lib_version: packageVersion(sdk),
  });

  // The visitor has another name until the visitor is known.
  const anonymous = looked?.properties["$device_id"];
  expect(anonymous).toEqual(expect.any(String));
  for (const { event, distinct_id } of events)
    expect([event, distinct_id]).toEqual([
      event,
      ["$pageview", "waited", "looked"].includes(event) ? anonymous : person,
    ]);
  const identify = named("$identify").find(({ properties }) => "$anon_distinct_id" in properties);
  expect(identify).toMatchObject({ properties: { $anon_distinct_id: anonymous }, $set: { plan: "pro" } });
  const changes = events.flatMap(({ $set, properties }) => [$set, properties["$set"]]);
  expect(changes).toContainEqual(expect.objectContaining({ age: 50 }));
  if (sdk === "posthog-js-1-13") return;
  expect(identify?.$set_once).toMatchObject({ first: "visit" });
  expect(named("$groupidentify")[0]?.properties).toMatchObject({
    $group_type: "company",
    $group_key: "acme",
    $group_set: { seats: 3 },
  });
  expect(named("left")[0]?.properties["$groups"]).toEqual({ company: "acme" });
}
