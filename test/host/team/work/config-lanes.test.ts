import { expect, test, vi } from "vitest";

import { lift } from "../../../../host/store/kill-switches.ts";
import { openRegistry } from "../../../../host/store/registry.ts";
import { Budget } from "../../../../host/team/work/budget.ts";
import { ConfigLanes } from "../../../../host/team/work/config-lanes.ts";
import { env, passTime, TestTeam, useClock } from "../test-team.ts";

useClock();

const MINUTE = 60_000;

test("configs that always have something to do let the others in", async () => {
  const waiting = [1, 2, 3];
  const done: number[] = [];
  const lanes = new ConfigLanes({
    what: "tests",
    queue: { nextDue: () => 0, dueConfig: (_, except) => waiting.find((id) => !except.includes(id)) },
    step: async (id) => {
      done.push(id);
      waiting.push(...waiting.splice(waiting.indexOf(id), 1));
      return 1;
    },
    maxConfigs: 1,
    meter: { opensAt: () => 0 },
    now: () => 0,
  });
  await lanes.start(new Budget(() => 0, 7), false);
  expect(done).toEqual([1, 2, 3, 1, 2, 3, 1]);
});

test("what waits for a plugin that was stopped is left as it is, and looked at once a minute", async () => {
  let requests = 0;
  vi.stubGlobal("fetch", async () => new Response("", { status: ++requests > 2 ? 200 : 503 }));
  const team = await TestTeam.create();
  const { id } = await team.install(
    `export const jobs = { say: (n) => console.log("job " + n) };
    export const composeWebhook = () => ({ url: "https://hooks.test/", body: "" });
    export const onEvent = ({ event }) => console.log("saw " + event);
    export async function processEvent(event, { jobs }) {
      for (let n = 0; n < 3; n++) await jobs.say(n).runIn(1, "second");
      return event;
    }`,
  );
  await team.accept({ event: "one" }, { event: "two" });
  const db = openRegistry(env);
  const rows = () =>
    team.inside((_, { storage }) => [
      ...storage.sql.exec("select id, due_at, attempts from job"),
      ...storage.sql.exec("select id, due_at, attempts from follow_up"),
      ...storage.sql.exec("select id, due_at, attempts from webhook"),
    ]);
  await team.work();
  passTime(1_000);
  const { id: switchId } = await team.kill("config", id);
  await team.reconfigure();
  await team.accept({ event: "three" });
  await team.work();
  const waiting = await rows();
  expect(waiting).toHaveLength(10);
  for (let minutes = 0; minutes < 3; minutes++) {
    const rings = await team.work();
    expect(rings).toBeLessThanOrEqual(1);
    expect(await rows()).toEqual(waiting);
    expect(await team.alarm()).toBeGreaterThan(Date.now());
    passTime(MINUTE);
  }
  await lift(db, switchId);
  await team.reconfigure();
  await team.workThrough();
  const jobs = ["job 0", "job 0", "job 1", "job 1", "job 2", "job 2"];
  expect((await team.logged("CONSOLE")).toSorted()).toEqual([...jobs, "saw one", "saw three", "saw two"]);
  expect(requests).toBe(5);
});
