import { env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";

import { provideMetrics } from "../../../host/capabilities/metrics.ts";
import type { Env } from "../../../host/env.ts";
import { openDatabase } from "../../../host/team/database.ts";
import { Facts } from "../../../host/team/facts.ts";
import { Metrics } from "../../../host/team/metrics.ts";
import { metric } from "../../../host/team/schema.ts";
import { teamStub } from "../../../host/team/team-client.ts";
import { loadPlugin } from "../../runtime/support/load-plugin.ts";

const SOURCE = `
  export const metrics = { total: "sum", highest: "Max", lowest: "MIN", ignored: 5 };
  export function onEvent({ values }, { metrics }) {
    for (const value of values) { metrics.total.increment(value); metrics.highest.max(value); metrics.lowest.min(value) }
  }
`;

test("a plugin's metrics are kept in the team's table, by config and name", async () => {
  const team = teamStub(env as unknown as Env, { teamId: 7200, shard: 0 });
  const rows = await runInDurableObject(team, async (_, { storage }) => {
    const db = await openDatabase(storage);
    const metrics = new Metrics(db, new Facts(db), () => 0);
    for (const [id, calls] of [
      [1, [[5, -2], [3.5]]],
      [2, [[-7]]],
    ] as const) {
      const plugin = await loadPlugin(SOURCE, { provide: () => ({ metrics: provideMetrics(metrics, id) }) });
      for (const values of calls) await plugin.run("onEvent", { values });
    }
    return db.select().from(metric).orderBy(metric.pluginConfigId, metric.name).all();
  });
  expect(rows).toEqual([
    { pluginConfigId: 1, name: "highest", value: 5 },
    { pluginConfigId: 1, name: "lowest", value: -2 },
    { pluginConfigId: 1, name: "total", value: 6.5 },
    { pluginConfigId: 2, name: "highest", value: -7 },
    { pluginConfigId: 2, name: "lowest", value: -7 },
    { pluginConfigId: 2, name: "total", value: -7 },
  ]);
});

test.each([
  ["metrics.other.increment(1)", "IllegalOperationError: Invalid metric name"],
  ["metrics.total.increment('1')", "IllegalOperationError: Only numbers are allowed for operations on metrics"],
  ["metrics.total.max(1)", "TypeError: not a function"],
])("%s is refused, and nothing is written", async (call, message) => {
  const written: unknown[] = [];
  const plugin = await loadPlugin(
    `export const metrics = { total: "sum" }; export const onEvent = (_, { metrics }) => { ${call} }`,
    {
      provide: () => ({ metrics: { write: (...args) => void written.push(args) } }),
    },
  );
  expect((await plugin.call("onEvent", [{}])).thrown).toBe(message);
  expect(written).toEqual([]);
});
