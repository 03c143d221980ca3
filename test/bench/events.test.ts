import { expect, test } from "vitest";

import { EVENT_SIZES, eventJson } from "../../bench/workload/events.ts";

test.each(Object.entries(EVENT_SIZES))("an event of %s has about that size", (_, size) => {
  const { length } = eventJson(size);
  expect(Math.abs(length - size)).toBeLessThan(size * 0.03);
});
