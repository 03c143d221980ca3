import { describe, expect, test } from "vitest";

import { muteErrors, passTime, START, TestTeam, useClock } from "../test-team.ts";

useClock();

const MINUTE = 60_000;

const enqueue = (calls: string, jobs: string) => `
  export const jobs = { ${jobs} };
  export async function processEvent(event, { jobs, storage, cache }) { if (event.event === "start") { ${calls} } return event; }`;

describe("a job", () => {
  test("runs with its payload, when it is due", async () => {
    const team = await TestTeam.create();
    await team.install(
      enqueue(
        `await jobs.say({ text: "now" }).runNow();
         await jobs.say({ text: "in" }).runIn(2, "minutes");
         await jobs.say({ text: "at" }).runAt(new Date(${START + 5 * MINUTE}));
         await jobs.say().runAt(new Date(0));`,
        `say: async (payload, meta) => console.log(JSON.stringify(payload) + " " + typeof meta.cache.get)`,
      ),
    );
    await team.accept({ event: "start" });
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual([`undefined function`, `{"text":"now"} function`]);
    expect(await team.alarm()).toBe(START + 2 * MINUTE);
    passTime(2 * MINUTE);
    await team.work();
    expect(await team.alarm()).toBe(START + 5 * MINUTE);
    passTime(3 * MINUTE);
    await team.work();
    expect((await team.logged("CONSOLE")).slice(2)).toEqual([`{"text":"in"} function`, `{"text":"at"} function`]);
    expect(await team.alarm()).toBeNull();
  });

  test("is due that long after it was asked for, however long its event waited", async () => {
    const team = await TestTeam.create();
    await team.install(enqueue(`await jobs.say().runIn(10, "minutes");`, `say: () => console.log("ran")`));
    await team.accept({ event: "start" });
    passTime(60 * MINUTE);
    await team.work();
    expect(await team.alarm()).toBe(START + 70 * MINUTE);
  });

  test("survives a restart", async () => {
    const team = await TestTeam.create();
    await team.install(enqueue(`await jobs.say().runIn(1, "hour");`, `say: () => console.log("ran")`));
    await team.accept({ event: "start" });
    await team.work();
    await team.restart();
    passTime(60 * MINUTE);
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["ran"]);
  });

  test("that throws is not run again, and its error is told", async () => {
    const team = await TestTeam.create();
    const config = await team.install(
      enqueue(`await jobs.fail().runNow();`, `fail: () => { throw new Error("no luck"); }`),
    );
    await team.accept({ event: "start" });
    await team.workThrough();
    expect(await team.failures()).toMatchObject([
      { function: "jobs.fail", kind: "threw", message: "Error: no luck", pluginConfigId: config.id, eventUuid: null },
    ]);
  });

  test("that throws RetryError is run again later, fifteen times in all, and then a dead letter with its payload", async () => {
    const team = await TestTeam.create();
    const config = await team.install(
      enqueue(`await jobs.later({ n: 1 }).runNow();`, `later: () => { throw new RetryError("not yet"); }`),
    );
    await team.accept({ event: "start" });
    await team.workThrough();
    expect(await team.failures()).toHaveLength(15);
    expect(Date.now()).toBeGreaterThan(START + 5 * MINUTE);
    expect((await team.logged("SYSTEM")).at(-1)).toBe(
      "jobs.later was given up after 15 runs and is a dead letter now: RetryError: not yet",
    );
    expect(await team.deadLetters()).toMatchObject([
      {
        pluginConfigId: config.id,
        function: "jobs.later",
        answer: "RetryError: not yet",
        event: { job: "later", payload: '{"n":1}', hops: 0 },
      },
    ]);
  });

  test("has as many runs as its config gives it", async () => {
    const team = await TestTeam.create();
    await team.install(enqueue(`await jobs.later().runNow();`, `later: () => { throw new RetryError("not yet"); }`), {
      limits: { jobAttempts: 3 },
    });
    await team.accept({ event: "start" });
    await team.workThrough();
    expect(await team.failures()).toHaveLength(3);
  });

  test("waits for a plugin that cannot be set up", async () => {
    const team = await TestTeam.create();
    const config = await team.install(
      `export async function setupPlugin({ storage }) { if (await storage.get("broken")) throw new Error("no key"); }
      ${enqueue(`await jobs.say().runIn(1, "hour");`, `say: () => console.log("ran")`)}`,
    );
    await team.accept({ event: "start" });
    await team.work();
    await team.inside((object) => object.storageSet(config.id, "broken", "true"));
    await team.restart();
    passTime(60 * MINUTE);
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual([]);
    await team.inside((object) => object.storageDelete(config.id, "broken"));
    await team.workThrough();
    expect(await team.logged("CONSOLE")).toEqual(["ran"]);
  });

  test("on which the host fails is put off, and the others run", async () => {
    const errors = muteErrors();
    const team = await TestTeam.create();
    await team.install(
      enqueue(
        `await jobs.first().runNow(); await jobs.second().runNow();`,
        `first: () => posthog.capture("first", {}), second: () => console.log("second ran")`,
      ),
    );
    await team.accept({ event: "start" });
    await team.inside((_, { storage }) => {
      storage.sql.exec("create trigger refuse before insert on inbox begin select raise(abort, 'disk full'); end");
    });
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["second ran"]);
    expect(errors).toHaveBeenCalledWith(expect.stringContaining("job 1 is put off: Error: disk full"));
    await team.inside((_, { storage }) => void storage.sql.exec("drop trigger refuse"));
    await team.workThrough();
    expect(await team.eventNames()).toEqual(["start", "first"]);
  });

  test("far in the future, or with too large a payload, harms nobody", async () => {
    const errors = muteErrors();
    const team = await TestTeam.create();
    await team.install(
      enqueue(
        `try { await jobs.say().runIn(1e300, "years"); } catch (error) { console.log(error.message); }
         await jobs.say().runIn(-5, "days");
         try { await jobs.say("x".repeat(700000)).runNow(); } catch (error) { console.log(error.message); }
         try { await jobs.say().runIn(1, "fortnight"); } catch (error) { console.log(error.message); }`,
        `say: () => console.log("ran")`,
      ),
    );
    await team.accept({ event: "start" });
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual([
      expect.stringContaining("due within 3650 days"),
      expect.stringContaining("at most 600000 are kept"),
      "Unknown time unit: fortnights",
      "ran",
    ]);
    await team.accept({ event: "after" });
    await team.work();
    expect(await team.eventNames()).toEqual(["start", "after"]);
    // The registry has yet to be told of the second event.
    passTime(MINUTE);
    await team.work();
    expect(await team.alarm()).toBeNull();
    expect(errors).not.toHaveBeenCalled();
  });

  test("has its turn although there are always events", async () => {
    const team = await TestTeam.create();
    await team.install(
      enqueue(`await jobs.say().runNow();`, `say: () => console.log("ran")`).replace(
        "return event;",
        "if (event.event !== 'start') console.log(event.event); return event;",
      ),
    );
    await team.accept({ event: "start" }, ...Array.from({ length: 300 }, (_, i) => ({ event: `e${i}` })));
    await team.work();
    expect((await team.logged("CONSOLE")).indexOf("ran")).toBeLessThan(150);
  });
});

describe("a job that captures the event that asks for it", () => {
  test("comes to an end", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export const jobs = { again: () => posthog.capture("start", {}) };
      export async function processEvent(event, { jobs }) { await jobs.again().runNow(); return event; }`,
    );
    await team.accept({ event: "start" });
    await team.workThrough();
    expect(await team.events()).toHaveLength(11);
    expect(await team.failures()).toMatchObject([
      { function: "jobs.again", message: expect.stringContaining("HopLimitError") },
    ]);
  });
});
