import { expect, test, vi } from "vitest";

import { passTime, TestTeam, useClock } from "./test-team.ts";

useClock();

const FETCHES = `export async function processEvent(event) {
  event.properties.told = await fetch("https://x.com/").then((r) => r.text(), (error) => error.name);
  return event;
}`;

/** What became of the plugin's request for the next event. */
async function told(team: TestTeam): Promise<unknown> {
  await team.accept({});
  await team.work();
  const event = (await team.events()).at(-1);
  return (event?.["properties"] as { told?: unknown } | undefined)?.told;
}

test("requests of a config are counted for a minute, each config for itself", async () => {
  const sent = vi.fn(async () => new Response("sent"));
  vi.stubGlobal("fetch", sent);
  const team = await TestTeam.create();
  const { id } = await team.install(FETCHES, { limits: { fetchesPerMinute: 2 } });
  await team.install(`export async function processEvent(event) { await fetch("https://x.com/"); return event }`);
  expect([await told(team), await told(team), await told(team)]).toEqual(["sent", "sent", "RateLimitError"]);
  expect(sent).toHaveBeenCalledTimes(2 + 3);
  passTime(30_000);
  expect([await told(team), await told(team)]).toEqual(["sent", "RateLimitError"]);
  // Saving the config is no way to get more.
  await team.update(id, { name: "renamed" });
  await team.reconfigure();
  expect(await told(team)).toBe("RateLimitError");
});

test("a plugin reaches neither the machine nor another way around its grants", async () => {
  const sent = vi.fn(async () => new Response("sent"));
  vi.stubGlobal("fetch", sent);
  const team = await TestTeam.create();
  await team.install(FETCHES.replace("https://x.com/", "http://127.0.0.1:8787/api/teams/1"));
  expect(await told(team)).toBe("DeniedError");
  await team.install(FETCHES, { grants: { fetch: ["api.x.com"] } });
  expect(await told(team)).toBe("DeniedError");
  expect(sent).not.toHaveBeenCalled();
  expect((await team.failures()).map(({ kind }) => kind)).toEqual([]);
});
