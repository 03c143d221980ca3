import { beforeEach, expect, test, vi } from "vitest";

import { blobPrefix } from "../../../../host/team/bodies.ts";
import { env, passTime, TestTeam, useClock } from "../test-team.ts";

useClock();

const ASKING = `export const jobs = { async ask() {
    await fetch("https://witness.test/");
    throw new RetryError("again");
  } };
  export async function processEvent(event, { jobs }) { if (event.event === "start") await jobs.ask().runNow(); return event; }`;

let isAnswered = false;
let asked = 0;

beforeEach(() => {
  isAnswered = false;
  asked = 0;
  vi.stubGlobal("fetch", async () => {
    asked++;
    while (!isAnswered) await new Promise((resolve) => setTimeout(resolve, 10));
    return new Response("ok");
  });
});

test("a job that is cancelled while it runs comes to its end, and does not run again", async () => {
  const team = await TestTeam.create();
  const address = { teamId: team.id, shard: 0 };
  const config = await team.install(ASKING);
  await team.accept({ event: "start" });
  const working = team.work();
  await vi.waitUntil(() => asked === 1);
  const listed = await team.inside((object) => object.listJobs(address, config.id, { limit: 10 }));
  expect(listed.results).toMatchObject([{ name: "ask", startedAt: expect.any(Number), attempts: 0 }]);
  expect(await team.inside((object) => object.cancelJob(address, config.id, 1))).toBe(true);
  isAnswered = true;
  await working;
  await team.workThrough();
  expect(asked).toBe(1);
  expect(await team.failures()).toMatchObject([{ function: "jobs.ask", kind: "retry" }]);
  expect(await team.deadLetters()).toEqual([]);
  expect((await team.logged("SYSTEM")).at(-1)).toBe("jobs.ask, number 1, was cancelled by hand");
});

test("the last run of a job that is cancelled in it leaves no dead letter", async () => {
  const team = await TestTeam.create();
  const config = await team.install(ASKING, { limits: { jobAttempts: 1 } });
  await team.accept({ event: "start" });
  const working = team.work();
  await vi.waitUntil(() => asked === 1);
  await team.inside((object) => object.cancelJob({ teamId: team.id, shard: 0 }, config.id, 1));
  isAnswered = true;
  await working;
  expect(await team.deadLetters()).toEqual([]);
});

test("a job with a large payload that was given up is run again with all of it, and leaves nothing in R2", async () => {
  const team = await TestTeam.create();
  const address = { teamId: team.id, shard: 0 };
  const config = await team.install(
    `export const jobs = { async big(payload, { storage }) { if (!(await storage.get("works"))) throw new RetryError("no"); console.log(payload.length); } };
     export async function processEvent(event, { jobs }) { if (event.event === "start") await jobs.big("x".repeat(599_000)).runNow(); return event; }`,
    { limits: { jobAttempts: 2 } },
  );
  await team.accept({ event: "start" });
  await team.workThrough();
  const [letter] = await team.deadLetters();
  expect(String(letter?.event["payload"])).toHaveLength(599_002);
  const again = () => team.inside((object) => object.runJobAgain(address, config.id, letter?.id ?? 0));

  await team.update(config.id, { enabled: false });
  await team.reconfigure();
  expect(await again()).toEqual({ refused: `plugin config ${config.id} is not enabled` });
  expect(await team.deadLetters()).toHaveLength(1);

  await team.update(config.id, { enabled: true });
  await team.reconfigure();
  await team.inside((object) => object.storageSet(config.id, "works", "true"));
  expect(await again()).toEqual({ id: expect.any(Number) });
  expect(await again()).toBeNull();
  await team.workThrough();
  expect(await team.logged("CONSOLE")).toEqual(["599000"]);
  expect(await team.deadLetters()).toEqual([]);
  const prefix = blobPrefix(await team.inside((_, state) => state.id.toString()));
  expect((await env.BLOBS.list({ prefix })).objects).toEqual([]);
});

test("a job whose payload is in R2 is run again once, although two ask for it at the same time", async () => {
  const team = await TestTeam.create();
  const config = await team.install(
    `export const jobs = { big() { throw new RetryError("no"); } };
     export async function processEvent(event, { jobs }) { await jobs.big("x".repeat(599_990)).runNow(); return event; }`,
    { limits: { jobAttempts: 1 } },
  );
  await team.accept({});
  await team.workThrough();
  const [letter] = await team.deadLetters();
  const both = Promise.withResolvers<void>();
  const get = env.BLOBS.get.bind(env.BLOBS);
  let reading = 0;
  vi.spyOn(env.BLOBS, "get").mockImplementation(async (key) => {
    if (++reading === 2) both.resolve();
    await both.promise;
    return get(key);
  });
  const again = () => team.stub().runJobAgain(team.address, config.id, letter?.id ?? 0);
  const started = await Promise.all([again(), again()]);
  expect(started.filter((each) => each !== null)).toEqual([{ id: expect.any(Number) }]);
  await team.workThrough();
  expect(await team.failures()).toHaveLength(2);
});

test("a dead letter that is no job is not run, nor one of another config", async () => {
  const team = await TestTeam.create();
  const config = await team.install(`export const exportEvents = () => { throw new Error("no luck"); };`);
  await team.accept({ event: "start" });
  await team.work();
  passTime(10_000);
  await team.work();
  const [letter] = await team.deadLetters();
  expect(letter).toMatchObject({ function: "exportEvents" });
  const again = (configId: number) =>
    team.inside((object) => object.runJobAgain({ teamId: team.id, shard: 0 }, configId, letter?.id ?? 0));
  expect(await again(config.id)).toBeNull();
  expect(await again(config.id + 1)).toBeNull();
  expect(await team.deadLetters()).toHaveLength(1);
});
