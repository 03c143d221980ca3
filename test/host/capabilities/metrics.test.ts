import { env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";

import { provideMetrics } from "../../../host/capabilities/metrics.ts";
import type { Env } from "../../../host/env.ts";
import { openDatabase } from "../../../host/team/database.ts";
import { Facts } from "../../../host/team/facts.ts";
import { Metrics } from "../../../host/team/insight/metrics.ts";
import { metric } from "../../../host/team/schema.ts";
import { teamStub } from "../../../host/team/team-client.ts";
import { loadPlugin } from "../../runtime/support/load-plugin.ts";
import { invocationOf } from "./invocation.ts";

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
      const invocation = invocationOf(null);
      const plugin = await loadPlugin(SOURCE, {
        provide: () => ({ metrics: provideMetrics(metrics, id, invocation) }),
      });
      for (const values of calls) {
        await plugin.run("onEvent", { values });
        for (const measurement of invocation.requests.measured.splice(0)) metrics.write(measurement);
      }
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

test("a call writes to up to 200 metrics of a plugin, those that have a value already included, under names of up to 200 characters", () => {
  const { requests } = invocationOf(null);
  const { write } = provideMetrics({ namesOf: () => ["kept", "n0"] }, 1, { requests });
  for (let i = 0; i < 199; i++) for (const value of [1, 2]) write(`n${i}`, "increment", value);
  write("kept", "max", 1);
  expect(requests.measured).toHaveLength(200);
  expect(requests.measured[0]).toEqual({ pluginConfigId: 1, name: "n0", operation: "increment", value: 3 });
  expect(() => write("one more", "increment", 1)).toThrow("metrics: a plugin has at most 200 of them");
  expect(() => write("x".repeat(201), "increment", 1)).toThrow(
    "metrics: a name has at most 200 characters, this one has 201",
  );
  write("kept", "min", 1);
});
