import { expect, test, vi } from "vitest";

import { passTime, START, TestTeam, useClock } from "../test-team.ts";

useClock();

/** Says what it was given, and does not take it while its storage says so. */
const exporter = (version: string) => `export async function exportEvents(events, { storage }) {
  console.log("${version}: " + events.map(({ event }) => event).join(" "));
  if (await storage.get("down")) throw new RetryError("down");
}`;

const named = (...names: string[]) => names.map((event) => ({ event }));

test("a batch that is being retried is taken over by another version, with its events, wait and number of tries", async () => {
  const team = await TestTeam.create();
  const config = await team.install(exporter("old"));
  await team.inside((object) => object.storageSet(config.id, "down", "true"));
  await team.accept(...named("one", "two"));
  await team.work();
  passTime(10_000);
  await team.work();
  expect(await team.alarm()).toBe(START + 16_000);
  await team.upgrade(config, exporter("new"));
  await team.reconfigure();
  await team.restart();
  passTime(6_000);
  await team.work();
  expect(await team.logged("CONSOLE")).toEqual(["old: one two", "new: one two"]);
  expect(await team.alarm()).toBe(START + 16_000 + 12_000);
  await team.inside((object) => object.storageDelete(config.id, "down"));
  await team.workThrough();
  expect((await team.logged("CONSOLE")).at(-1)).toBe("new: one two");
  expect(await team.deadLetters()).toEqual([]);
});

test("events are exported in their order, batch after batch, as long as nothing is retried; within a batch always", async () => {
  const team = await TestTeam.create();
  const config = await team.install(exporter("it"));
  for (const batch of [named("one", "two"), named("three", "four"), named("five")]) {
    await team.accept(...batch);
    await team.work();
    passTime(10_000);
    await team.work();
  }
  expect(await team.logged("CONSOLE")).toEqual(["it: one two", "it: three four", "it: five"]);

  await team.inside((object) => object.storageSet(config.id, "down", "true"));
  await team.accept(...named("six", "seven"));
  await team.work();
  passTime(10_000);
  await team.work();
  await team.inside((object) => object.storageDelete(config.id, "down"));
  await team.accept(...named("eight"));
  await team.workThrough();
  // What is retried comes when it is due, and holds nothing up.
  expect((await team.logged("CONSOLE")).slice(3)).toEqual(["it: six seven", "it: six seven", "it: eight"]);
});

test("a webhook that is being retried is sent as it was composed, whatever takes the plugin's place", async () => {
  let status = 503;
  const sent: string[] = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    sent.push(await new Response(init.body ?? null).text());
    return new Response("", { status });
  });
  const team = await TestTeam.create();
  const config = await team.install(
    `export const composeWebhook = ({ event }) => ({ url: "https://hooks.test/", body: "old " + event });`,
  );
  await team.accept(...named("one"));
  await team.work();
  await team.upgrade(config, "export const onEvent = () => undefined;");
  await team.reconfigure();
  await team.restart();
  status = 200;
  await team.workThrough();
  expect(sent).toEqual(["old one", "old one"]);
  expect(await team.status()).toMatchObject({ webhooks: 0, followUps: 0 });
  expect(await team.deadLetters()).toEqual([]);
});

test("what a teardown captures and asks for is kept, and its open batch is exported before", async () => {
  const team = await TestTeam.create();
  const config = await team.install(
    `${exporter("it")}
     export const jobs = { bye: () => console.log("job") };
     export async function teardownPlugin({ jobs }) { await posthog.capture("torn down", {}); await jobs.bye().runNow(); }`,
    { config: { exportEventsToIgnore: "torn down" } },
  );
  await team.accept(...named("one"));
  await team.work();
  await team.update(config.id, { enabled: false });
  await team.reconfigure();
  await team.workThrough();
  expect(await team.logged("CONSOLE")).toEqual(["it: one"]);
  expect(await team.eventNames()).toEqual(["one", "torn down"]);
  await team.update(config.id, { enabled: true });
  await team.reconfigure();
  await team.workThrough();
  expect((await team.logged("CONSOLE")).slice(1)).toEqual(["job"]);
});
