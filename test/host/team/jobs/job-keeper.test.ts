import { describe, expect, test, vi } from "vitest";

import { openRegistry } from "../../../../host/store/registry.ts";
import { deleteConfig } from "../../../../host/store/plugin-configs.ts";
import { env, passTime, START, TestTeam, useClock } from "../test-team.ts";

useClock();

const MINUTE = 60_000;
const LONG = `
  export const jobs = { async long() { await fetch("https://witness.test/"); console.log("long ended"); }, mark: () => console.log("marked") };
  export async function processEvent(event, { jobs }) {
    await jobs.long().runNow(); await jobs.mark().runNow(); await jobs.mark().runNow();
    return event;
  }`;
const LATER = `
  export const jobs = { say: (text) => console.log(text), other: () => console.log("other") };
  export async function processEvent(event, { jobs }) {
    if (event.event === "start") { await jobs.say("ran").runIn(1, "hour"); await jobs.other().runIn(2, "hours"); await jobs.say("again").runIn(3, "hours"); }
    return event;
  }`;

/** Has a job in the middle of its run, with two of another name behind it. */
async function inTheMiddle() {
  const { promise: answer, resolve: release } = Promise.withResolvers<void>();
  const asked = vi.fn(async () => {
    await answer;
    return new Response("ok");
  });
  vi.stubGlobal("fetch", asked);
  const team = await TestTeam.create();
  const config = await team.install(LONG);
  await team.accept({ event: "start" });
  const working = team.work();
  await vi.waitUntil(() => asked.mock.calls.length === 1);
  const end = () => {
    release();
    return working;
  };
  return { team, config, end };
}

describe("jobs of a config that is disabled", () => {
  test("wait, however often they are due, and run when it is enabled again", async () => {
    const team = await TestTeam.create();
    const config = await team.install(LATER);
    await team.accept({ event: "start" });
    await team.work();
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    expect((await team.logged("SYSTEM")).at(-1)).toBe(
      "3 jobs waiting until the plugin config is enabled again: other (1), say (2)",
    );
    passTime(150 * MINUTE);
    await team.work();
    await team.restart();
    expect(await team.alarm()).toBeNull();
    await team.update(config.id, { enabled: true });
    await team.reconfigure();
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["ran", "other"]);
    expect(await team.alarm()).toBe(START + 180 * MINUTE);
  });

  test("wait although the object was not told", async () => {
    const team = await TestTeam.create();
    const config = await team.install(LATER);
    await team.accept({ event: "start" });
    await team.work();
    await team.update(config.id, { enabled: false });
    await team.restart();
    passTime(240 * MINUTE);
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual([]);
    expect(await team.alarm()).toBeNull();
    await team.update(config.id, { enabled: true });
    await team.reconfigure();
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["ran", "other", "again"]);
  });

  test("come to their end when they have begun", async () => {
    const { team, config, end } = await inTheMiddle();
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    await end();
    expect(await team.logged("CONSOLE")).toEqual(["long ended"]);
    expect((await team.logged("SYSTEM")).filter((line) => line.includes("plugin config"))).toEqual([
      "1 job in the middle of a run, and run again, if need be, once the plugin config is enabled again: long (1)",
      "2 jobs waiting until the plugin config is enabled again: mark (2)",
    ]);
  });

  test("run when it is enabled again, although the object was not told of that", async () => {
    const team = await TestTeam.create();
    const config = await team.install(LATER);
    await team.accept({ event: "start" });
    await team.work();
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    await team.update(config.id, { enabled: true });
    await team.restart();
    passTime(240 * MINUTE);
    await team.accept({ event: "later" });
    await team.workThrough();
    expect(await team.logged("CONSOLE")).toEqual(["ran", "other", "again"]);
  });

  test("hold up no jobs of others", async () => {
    const team = await TestTeam.create();
    const config = await team.install(LATER);
    await team.install(LATER.replaceAll("console.log(", "console.log('theirs', "));
    await team.accept({ event: "start" });
    await team.work();
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    await team.workThrough();
    expect(await team.logged("CONSOLE")).toEqual(["theirs ran", "theirs other", "theirs again"]);
  });
});

describe("jobs of a config that was removed", () => {
  const expected = "3 jobs discarded, as the plugin config was removed: other (1), say (2)";

  test("are discarded at once, and the log says which", async () => {
    const team = await TestTeam.create();
    const config = await team.install(LATER);
    const kept = await team.install(LATER);
    await team.accept({ event: "start" });
    await team.work();
    await deleteConfig(openRegistry(env), team.id, config.id);
    await team.reconfigure();
    expect((await team.logged("SYSTEM")).filter((line) => line.includes("discarded"))).toEqual([expected]);
    const left = await team.inside((_, { storage }) =>
      storage.sql.exec("select plugin_config_id as id from job").toArray(),
    );
    expect(left).toEqual([{ id: kept.id }, { id: kept.id }, { id: kept.id }]);
  });

  test("come to their end when they have begun, and are not told as discarded", async () => {
    const { team, config, end } = await inTheMiddle();
    await deleteConfig(openRegistry(env), team.id, config.id);
    await team.reconfigure();
    await end();
    expect(await team.logged("CONSOLE")).toEqual(["long ended"]);
    expect((await team.logged("SYSTEM")).filter((line) => line.includes("plugin config"))).toEqual([
      "1 job in the middle of a run, and not run again, as the plugin config was removed: long (1)",
      "2 jobs discarded, as the plugin config was removed: mark (2)",
    ]);
  });

  test("are discarded when they are due, although the object was not told", async () => {
    const team = await TestTeam.create();
    const config = await team.install(LATER);
    await team.accept({ event: "start" });
    await team.work();
    await deleteConfig(openRegistry(env), team.id, config.id);
    await team.restart();
    passTime(60 * MINUTE);
    await team.work();
    expect((await team.logged("SYSTEM")).at(-1)).toBe(expected);
    expect(await team.alarm()).toBeNull();
  });
});

describe("jobs of a config that is upgraded", () => {
  test("run as the new version has them; one that it has not ends with an outcome that says so", async () => {
    const team = await TestTeam.create();
    const config = await team.install(LATER);
    await team.accept({ event: "start" });
    await team.work();
    await team.upgrade(config, `export const jobs = { say: (text) => console.log("new", text) };`);
    await team.reconfigure();
    await team.workThrough();
    expect(await team.logged("CONSOLE")).toEqual(["new ran", "new again"]);
    expect(await team.failures()).toMatchObject([
      {
        function: "jobs.other",
        kind: "threw",
        message: expect.stringMatching(/^Error: Task "other" not found for plugin ".*" with config id \d+\.?$/),
      },
    ]);
  });
});
