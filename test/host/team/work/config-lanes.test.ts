import { expect, test } from "vitest";

import { lift, stop } from "../../../../host/store/kill-switches.ts";
import { openRegistry } from "../../../../host/store/registry.ts";
import { env, passTime, TestTeam, useClock } from "../test-team.ts";

useClock();

const MINUTE = 60_000;

test("what waits for a plugin that was stopped is left as it is, and looked at once a minute", async () => {
  const team = await TestTeam.create();
  const { id } = await team.install(
    `export const jobs = { say: (n) => console.log("job " + n) };
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
    ]);
  await team.work();
  passTime(1_000);
  const { id: switchId } = await stop(db, {
    kind: "config",
    targetId: id,
    organizationId: team.organizationId,
    teamId: team.id,
    reason: "it leaks",
    role: "operator",
    by: "ops",
    createdAt: Date.now(),
  });
  await team.reconfigure();
  await team.accept({ event: "three" });
  await team.work();
  const waiting = await rows();
  expect(waiting).toHaveLength(7);
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
});
