import { expect, test, vi } from "vitest";
import type { EgressStat } from "../../../../host/team/insight/egress-stats.ts";
import { passTime, START, TestTeam, useClock } from "../test-team.ts";

useClock();

const HOUR_MS = 3_600_000;

/** Answers for what plugins ask. */
function answer(respond: (url: URL) => Response): void {
  vi.stubGlobal("fetch", async (url: string) => respond(new URL(url)));
}

const egressOf = (team: TestTeam, interval: "hour" | "day" = "hour"): Promise<EgressStat[]> =>
  team.inside((object) =>
    object.listEgress({ teamId: team.id, shard: 0 }, { interval, from: 0, to: Number.MAX_SAFE_INTEGER }),
  );

/** Asks for each address in its events' names. */
const ASKS = `export async function processEvent(event) {
  for (const [url, options] of event.properties.asks) await fetch(url, options).then((answer) => answer.text()).catch(() => {});
  return event;
}`;

test("what leaves, does not leave and comes back is counted by config, host and hour", async () => {
  answer(({ host, pathname }) => {
    if (host === "down.example.com") throw new TypeError("no route");
    if (pathname === "/moved") return Response.redirect("https://b.example.com/there", 307);
    return new Response("12345", { status: pathname === "/broken" ? 500 : 200 });
  });
  const team = await TestTeam.create();
  const { id } = await team.install(ASKS, { grants: { fetch: ["*.example.com"] } });
  const asks = [
    ["https://a.example.com/"],
    ["https://a.example.com/broken"],
    ["https://a.example.com/moved", { method: "POST", body: "abc", headers: { x: "yz" } }],
    ["https://a.example.com:8443/"],
    ["https://down.example.com/"],
    ["https://elsewhere.test/"],
    ["https://elsewhere.test/"],
    ["http://169.254.169.254/"],
    ["no address"],
  ];
  await team.accept({ properties: { asks } });
  await team.work();
  const counts = Object.fromEntries((await egressOf(team)).map((stat) => [stat.host, stat.counts]));
  const none = { requests: 0, answers: {}, failed: 0, refused: 0, bytesOut: 0, bytesIn: 0 };
  expect(counts).toEqual({
    "a.example.com": expect.objectContaining({
      requests: 3,
      answers: { "2xx": 1, "3xx": 1, "5xx": 1 },
      failed: 0,
      bytesIn: 10,
    }),
    "a.example.com:8443": expect.objectContaining({ requests: 1, answers: { "2xx": 1 } }),
    "b.example.com": expect.objectContaining({ requests: 1, answers: { "2xx": 1 }, bytesIn: 5 }),
    "down.example.com": expect.objectContaining({ requests: 1, answers: {}, failed: 1, bytesIn: 0 }),
    "elsewhere.test": { ...none, refused: 2 },
    "169.254.169.254": { ...none, refused: 1 },
  });
  const [, sent] = Object.entries(counts).find(([host]) => host === "b.example.com") ?? [];
  // The redirect takes method, body and headers along.
  expect(sent?.bytesOut).toBeGreaterThanOrEqual(
    "https://b.example.com/there".length + "x".length + "yz".length + "abc".length,
  );
  expect(await egressOf(team, "day")).toMatchObject(
    (await egressOf(team)).map((stat) => ({ host: stat.host, counts: stat.counts })),
  );
  expect(new Set((await egressOf(team)).map((stat) => stat.pluginConfigId))).toEqual(new Set([id]));
});

test("the hours of a day add up, and a webhook counts as its plugin's", async () => {
  answer(() => new Response("ok"));
  const team = await TestTeam.create();
  await team.install(
    `export const composeWebhook = (event) => ({ url: "https://hook.example.com/", body: event.event });`,
  );
  for (let hour = 0; hour < 2; hour++) {
    await team.accept({ event: "told" });
    await team.work();
    passTime(HOUR_MS);
  }
  expect(await egressOf(team)).toMatchObject([
    { start: START, host: "hook.example.com", counts: { requests: 1 } },
    { start: START + HOUR_MS, host: "hook.example.com", counts: { requests: 1 } },
  ]);
  expect(await egressOf(team, "day")).toMatchObject([{ counts: { requests: 2, answers: { "2xx": 2 }, bytesIn: 4 } }]);
});

test("a plugin that makes names up has a bounded number of hosts, in one alarm and over many", async () => {
  answer(() => new Response("ok"));
  const team = await TestTeam.create();
  await team.install(ASKS);
  for (let round = 0; round < 3; round++) {
    const asks = Array.from({ length: 60 }, (_, i) => [`https://h${round}x${i}.example.com/`]);
    await team.accept({ properties: { asks } });
    await team.work();
  }
  for (const interval of ["hour", "day"] as const) {
    const stats = await egressOf(team, interval);
    expect(stats).toHaveLength(51);
    expect(stats.reduce((sum, stat) => sum + stat.counts.requests, 0)).toBe(180);
    expect(stats.find(({ host }) => host === "(other)")?.counts.requests).toBe(130);
  }
});

test("a secret in a host's name is not shown", async () => {
  answer(() => new Response("ok"));
  const team = await TestTeam.create();
  await team.install(
    `export async function processEvent(event) { await fetch("https://0123456789abcdef.example.com/"); return event; }`,
    { config: { key: "0123456789abcdef" } },
  );
  await team.set({ posthogApiKey: "0123456789abcdef" });
  await team.accept({});
  await team.work();
  expect((await egressOf(team)).map(({ host }) => host)).toEqual(["[redacted].example.com"]);
});

test("old hours and days are forgotten", async () => {
  answer(() => new Response("ok"));
  const team = await TestTeam.create();
  await team.install(ASKS);
  const ask = async (): Promise<void> => {
    await team.accept({ properties: { asks: [["https://a.example.com/"]] } });
    await team.work();
  };
  await ask();
  passTime(8 * 24 * HOUR_MS);
  await ask();
  expect(await egressOf(team)).toHaveLength(1);
  expect(await egressOf(team, "day")).toHaveLength(2);
});
