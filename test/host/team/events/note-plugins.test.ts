import { expect, test } from "vitest";

import { TestTeam, useClock } from "../test-team.ts";

useClock();

const install = async (team: TestTeam) => ({
  good: await team.install("export const processEvent = (event) => ({ ...event });", { name: "good" }),
  bad: await team.install(`export function processEvent() { throw new Error("no luck"); }`, { name: "bad" }),
  late: await team.install(`export const onEvent = ({ properties }) => console.log(JSON.stringify(properties));`, {
    name: "late",
  }),
});

test("an event says which plugins it has passed, when the team wants it", async () => {
  const team = await TestTeam.create({ notePlugins: true });
  const { good, bad, late } = await install(team);
  await team.accept({});
  await team.work();
  const lists = {
    $plugins_succeeded: [`good (${good.id})`],
    $plugins_failed: [`bad (${bad.id})`],
    $plugins_deferred: [`late (${late.id})`],
  };
  expect(await team.events()).toMatchObject([{ properties: lists }]);
  expect((await team.logged("CONSOLE")).map((line) => JSON.parse(line) as unknown)).toEqual([lists]);
});

test("what came before a plugin that held the event is not forgotten", async () => {
  const team = await TestTeam.create({ notePlugins: true });
  const { good, bad } = await install(team);
  const held = await team.install(
    `export async function processEvent(event, { storage }) {
      if (await storage.get("seen")) return event;
      await storage.set("seen", true);
      throw new RetryError("not yet");
    }`,
    { name: "held" },
  );
  await team.accept({});
  await team.workThrough();
  expect(await team.events()).toMatchObject([
    {
      properties: {
        $plugins_succeeded: [`good (${good.id})`, `held (${held.id})`],
        $plugins_failed: [`bad (${bad.id})`],
      },
    },
  ]);
});

test("an event says nothing of plugins otherwise", async () => {
  const team = await TestTeam.create();
  await install(team);
  await team.accept({});
  await team.work();
  expect(await team.events()).toMatchObject([{ properties: { $ip: "203.0.113.7" } }]);
  expect(Object.keys((await team.events())[0]?.["properties"] ?? {})).toEqual(["$ip"]);
});
