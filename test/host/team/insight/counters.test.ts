import { expect, test } from "vitest";
import type { CallStat } from "../../../../host/team/insight/call-stats.ts";
import { noPluginCounters, withStats } from "../../../../host/team/insight/counters.ts";

const stat = (pluginConfigId: number, name = "processEvent"): CallStat => ({
  start: 0,
  pluginConfigId,
  version: "v",
  function: name,
  kinds: { ok: 1 },
  fuel: { sum: 2, buckets: {} },
  duration: { sum: 3, buckets: {} },
});

test("however many configs come and go, their number is bounded and no call is lost", () => {
  const stats = Array.from({ length: 1000 }, (_, i) => stat(i + 1));
  const { calls } = withStats(noPluginCounters(), stats, []);
  expect(calls).toHaveLength(201);
  expect(calls.at(-1)).toEqual({ pluginConfigId: 0, function: "", kinds: { ok: 800 }, fuel: 1600, duration: 2400 });
});

test("what was before stays as it was", () => {
  const before = withStats(noPluginCounters(), [stat(1)], []);
  expect(withStats(before, [stat(1), stat(1, "onEvent")], []).calls).toMatchObject([
    { kinds: { ok: 2 }, fuel: 4 },
    { function: "onEvent", kinds: { ok: 1 } },
  ]);
  expect(before.calls).toMatchObject([{ kinds: { ok: 1 } }]);
});
