import { expect, test } from "vitest";
import { TestTeam } from "./test-team.ts";

const time = async (name: string, run: () => Promise<unknown>) => {
  const t = performance.now();
  await run();
  console.log(name, Math.round(performance.now() - t), "ms");
};
const N = 500;
const settle = async (team: TestTeam, n: number) => {
  for (;;) { const s = await team.status(); if (s.inbox === 0 && s.outbox === 0) return; await new Promise((r) => setTimeout(r, 5)); }
};
test("bench", { timeout: 120000 }, async () => {
  for (const [name, plugin] of [["none", null], ["pass", "export const processEvent = e => e"], ["timer", "export async function processEvent(e) { await new Promise(d => setTimeout(d, 1)); return e }"], ["cache", "export async function processEvent(e, {cache}) { await cache.incr('x'); return e }"]] as const) {
    const team = await TestTeam.create();
    if (plugin) await team.install(plugin);
    await team.accept({});
    await settle(team, 1);
    await time(name + " append", () => team.accept(...Array.from({ length: N }, (_, i) => ({ distinct_id: `p${i % 50}` }))));
    await time(name + " work", () => settle(team, N + 1));
  }
  expect(1).toBe(1);
});
test("sql", { timeout: 120000 }, async () => {
  const team = await TestTeam.create();
  await team.inside((_, { storage }) => {
    storage.sql.exec("create table t (a integer primary key, b text)");
    let t = performance.now();
    for (let i = 0; i < 2000; i++) storage.sql.exec("insert into t (b) values (?)", "hello");
    console.log("raw insert us", (performance.now() - t) / 2);
    t = performance.now();
    for (let i = 0; i < 2000; i++) storage.sql.exec("select * from t where a = ?", i).toArray();
    console.log("raw select us", (performance.now() - t) / 2);
    t = performance.now();
    for (let i = 0; i < 2000; i++) storage.transactionSync(() => storage.sql.exec("insert into t (b) values (?)", "hello"));
    console.log("tx insert us", (performance.now() - t) / 2);
  });
});
