import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { accept } from "../../../../host/accept.ts";
import type { JsonObject } from "../../../../host/event.ts";
import { createTeam, type Team } from "../../../../host/store/teams.ts";
import { shardsOf, teamStub } from "../../../../host/team/team-client.ts";
import { migratedRegistry } from "../../store/registry.ts";
import { call, env, message } from "../client.ts";

const db = await migratedRegistry();

/** Does with an event what its name says. */
const SOURCE = `export function processEvent(event) {
  if (event.event === "drop") return null;
  if (event.event === "throw") throw new Error("no");
  if (event.event === "hold") throw new RetryError("later");
  if (event.event === "capture") posthog.capture("made", {}), posthog.capture("drop", {});
  return event;
}`;

let pluginId: number;
/** What PostHog answers. */
let status: number;

beforeAll(async () => {
  await call("GET", "/api/teams/1");
  const { json } = await call("POST", "/api/plugins", { name: "ledger", source: SOURCE });
  pluginId = Number(json["id"]);
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function newTeam(onError: string): Promise<{ team: Team; configId: number }> {
  const token = `phc_ledger_${crypto.randomUUID()}`;
  const settings = { name: "Ledger", token, posthogApiKey: token, posthogHost: "https://posthog.test", shards: 2 };
  const team = await createTeam(db, 1, settings, 1);
  const { json } = await call("POST", "/api/plugin_configs", {
    team_id: team.id,
    plugin_id: pluginId,
    enabled: true,
    on_error: onError,
  });
  return { team, configId: Number(json["id"]) };
}

async function ledgerOf(team: Team): Promise<JsonObject> {
  return (await call("GET", `/api/teams/${team.id}/ledger`)).json;
}

async function work(team: Team): Promise<void> {
  for (const address of shardsOf(team)) await runDurableObjectAlarm(teamStub(env, address));
}

test("every event is on one side or the other, whatever happens", { timeout: 120_000 }, async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response("{}", { status }));
  const { team } = await newTeam("drop");
  const kinds = ["ok", "drop", "throw", "hold", "capture"];
  let sent = 0;
  const event = fc.tuple(fc.constantFrom(...kinds), fc.constantFrom("a", "b", "c", "d"));
  const step = fc.oneof(
    fc.array(event, { minLength: 1, maxLength: 4 }).map((events) => async () => {
      sent += events.length;
      const messages = events.map(([kind, person]) => message(team.id, { event: kind, distinct_id: person }));
      await accept(env, { teamId: team.id, shards: 2 }, messages, []);
    }),
    fc.constant(() => work(team)),
    fc.constantFrom(200, 400, 500).map((next) => async () => {
      status = next;
    }),
    fc.constant(async () => {
      const ids = shardsOf(team).map((address) => teamStub(env, address));
      // As when the process ends: the object is made anew from what it has stored.
      for (const stub of ids)
        await runInDurableObject(stub, (_, state) => state.abort("ended by the test")).catch(() => undefined);
    }),
  );
  status = 200;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
      for (const each of steps) {
        await each();
        const ledger = await ledgerOf(team);
        expect(ledger).toMatchObject({ closes: true, accepted: sent });
      }
    }),
    { numRuns: 12 },
  );
});

test("it says who dropped what, and what PostHog refused", async () => {
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response("no", { status: 400 }));
  const { team, configId } = await newTeam("pass");
  const messages = ["ok", "drop", "drop", "throw", "capture"].map((event) =>
    message(team.id, { event, distinct_id: "p" }),
  );
  const rejection = { code: "bad", detail: "no event", item: "x" } as never;
  await accept(env, { teamId: team.id, shards: 2 }, messages, [rejection]);
  expect(await ledgerOf(team)).toMatchObject({
    accepted: 5,
    in_flight: { inbox: 5, outbox: 0 },
    rejected: 1,
    closes: true,
  });
  await vi.waitFor(async () => {
    await work(team);
    expect(await ledgerOf(team)).toEqual({
      accepted: 5,
      created: 2,
      delivered: 0,
      dropped: 3,
      dropped_by: [{ plugin_config_id: configId, plugin: "ledger", events: 3 }],
      dead: 4,
      in_flight: { inbox: 0, outbox: 0 },
      rejected: 1,
      closes: true,
    });
  }, 10_000);
});
