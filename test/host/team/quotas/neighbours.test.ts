import { beforeEach, expect, test, vi } from "vitest";
import { TestTeam, useClock } from "../test-team.ts";
import { QUOTA_NAMES, type TeamQuotas } from "../../../../host/team/quotas/quotas.ts";
import { Runner } from "./runner.ts";

useClock();

beforeEach(() => {
  vi.stubGlobal("fetch", async () => new Response("12345"));
});

/** One of everything that has a quota. */
const EVERYTHING = `(async () => {
  console.log("a line");
  const ends = [fetch("https://a.test/"), storage.set("key", "value"), cache.set("key", "value"), jobs.later().runIn(1, "day")];
  return (await Promise.allSettled(ends)).map(({ status }) => status);
})()`;
const NOTHING: TeamQuotas = Object.fromEntries(
  QUOTA_NAMES.filter((name) => name !== "fuel_per_day").map((name) => [name, 0]),
);

test("a team that has used up all it has takes nothing from its neighbour", async () => {
  const noisy = await Runner.create(NOTHING, 2);
  const neighbour = await Runner.create(null, 2);
  const before = await Promise.all(QUOTA_NAMES.map((name) => neighbour.used(name)));
  for (const shard of [0, 1]) expect(await noisy.run(EVERYTHING, shard)).toEqual(Array(4).fill("rejected"));
  await noisy.team.set({ quotas: { ...NOTHING, fuel_per_day: 0 } });
  await noisy.team.reconfigure();
  for (const shard of [0, 1]) expect(await noisy.run(EVERYTHING, shard)).toBeNull();
  expect(await Promise.all(QUOTA_NAMES.map((name) => neighbour.used(name)))).toEqual(before);
  expect(await neighbour.told()).toEqual([]);
  for (const shard of [0, 1]) expect(await neighbour.run(EVERYTHING, shard)).toEqual(Array(4).fill("fulfilled"));
  expect(await neighbour.team.logged("CONSOLE")).toEqual(["a line"]);
  expect(await noisy.used("storage_keys")).toBe(0);
});

test("two teams that run the same version of a plugin in one isolate pay each for itself", async () => {
  const source = "export const processEvent = (event) => { for (let i = 0; i < 50_000; i++); return event }";
  const [noisy, quiet] = [await TestTeam.create(), await TestTeam.create()];
  for (const team of [noisy, quiet]) await team.install(source);
  for (let i = 0; i < 5; i++) {
    await noisy.accept({});
    await noisy.work();
  }
  await quiet.accept({});
  await quiet.work();
  const fuel = async (team: TestTeam) =>
    (await team.inside((object) => object.usage({ teamId: team.id, shard: 0 }))).spent.fuel_per_day ?? 0;
  expect(await fuel(quiet)).toBeGreaterThan(0);
  expect(await fuel(noisy)).toBeGreaterThan(2 * (await fuel(quiet)));
});

test.each([
  "Object.prototype.fuel_per_day = 0, Object.prototype.spent = () => undefined",
  "Number.prototype.valueOf = () => 0, Date.now = () => 0",
  "Promise.prototype.then = () => undefined",
  `console.log("100 % of the quota fuel_per_day are used")`,
])("what a plugin does to its own globals changes no count: %s", async (code) => {
  const runner = await Runner.create({ storage_keys: 1 });
  await runner.run(code);
  const before = await runner.used("fuel_per_day");
  expect(before).toBeGreaterThan(0);
  await runner.run(`storage.set("a", 1)`);
  await runner.run(`storage.set("b", 1)`);
  expect(await runner.used("storage_keys")).toBeLessThan(2);
  expect(await runner.used("fuel_per_day")).toBeGreaterThan(before);
});

test("a plugin that has its sandbox thrown away each time pays for each new one", async () => {
  const team = await TestTeam.create();
  // A script that has drawn a random number is run anew, where others go on from a snapshot.
  await team.install(
    `Math.random(); for (let i = 0; i < 100_000; i++); export const processEvent = () => { for (;;); }`,
    {
      limits: { fuel: 1_000_000 },
    },
  );
  const used = async () =>
    (await team.inside((object) => object.usage({ teamId: team.id, shard: 0 }))).spent.fuel_per_day ?? 0;
  const counts: number[] = [];
  for (let i = 0; i < 3; i++) {
    await team.accept({});
    await team.work();
    counts.push(await used());
  }
  const [first = 0, second = 0, third = 0] = counts;
  expect(second - first).toBeGreaterThan(1_000_000);
  expect(third - second).toBeGreaterThan(1_000_000);
});

test("however much is asked for, no more is used than the quota and the calls that had begun", async () => {
  const limit = 3_000_000;
  const team = await TestTeam.create({ quotas: { fuel_per_day: limit } });
  const fuel = 1_000_000;
  for (let i = 0; i < 3; i++)
    await team.install("export const processEvent = () => { for (;;); }", { limits: { fuel } });
  await team.accept(...Array.from({ length: 20 }, (_, i) => ({ distinct_id: `p${i}` })));
  await team.work();
  const { spent } = await team.inside((object) => object.usage({ teamId: team.id, shard: 0 }));
  expect(spent.fuel_per_day).toBeGreaterThanOrEqual(limit);
  // A call that was begun in time ends by its own limit, and the script that was loaded for it, too.
  expect(spent.fuel_per_day).toBeLessThan(limit + 2 * fuel);
  expect(await team.events()).toHaveLength(20);
});
