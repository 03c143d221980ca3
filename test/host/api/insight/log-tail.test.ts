import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { accept } from "../../../../host/accept.ts";
import type { JsonObject } from "../../../../host/event.ts";
import { createTeam, type Team } from "../../../../host/store/teams.ts";
import { shardsOf, teamStub } from "../../../../host/team/team-client.ts";
import type { TeamObject } from "../../../../host/team/team-object.ts";
import { migratedRegistry } from "../../store/registry.ts";
import { call, env, message, tokenOf } from "../client.ts";
import { openTail } from "../tail.ts";

const db = await migratedRegistry();

const SOURCE = `export function processEvent(event) {
  const { lines = 1 } = event.properties;
  for (let i = 0; i < lines; i++) console[event.properties.level ?? "log"](event.event + (lines > 1 ? " " + i : ""));
  return event;
}`;

async function teamOf(shards: number): Promise<Team> {
  const token = `phc_tail_${crypto.randomUUID()}`;
  const team = await createTeam(db, 1, { name: "Tail", token, shards }, 1);
  const { json: plugin } = await call("POST", "/api/plugins", { name: `tail ${token}`, source: SOURCE });
  await call("POST", "/api/plugin_configs", { team_id: team.id, plugin_id: plugin["id"], enabled: true });
  return team;
}

/** Has the team's plugin say something, in the shard of a person. */
async function say(team: Team, event: string, person = "me", properties: JsonObject = {}): Promise<void> {
  const said = message(team.id, { event, distinct_id: person, properties });
  await accept(env, { teamId: team.id, shards: team.shards }, [said], []);
  for (const address of shardsOf(team)) await runDurableObjectAlarm(teamStub(env, address));
}

const watching = async (team: Team): Promise<number> => {
  const all = await Promise.all(
    shardsOf(team).map((address) =>
      runInDurableObject<TeamObject, number>(teamStub(env, address), (object) => object.status(address).tails),
    ),
  );
  return all.reduce((sum, tails) => sum + tails, 0);
};

const logsOf = (team: Team): string => `/api/logs?team_id=${team.id}&type=log,warn`;

beforeAll(async () => {
  await call("GET", "/api/teams/1");
});

describe("the log as a stream of events", () => {
  test("tells what was said lately, then each line as it comes, of all shards", async () => {
    const team = await teamOf(3);
    for (const person of ["a", "b", "c", "d"]) await say(team, `before ${person}`, person);
    const tail = await openTail(`${logsOf(team)}&limit=3`);
    expect(tail.response.headers.get("Content-Type")).toBe("text/event-stream");
    expect(await tail.messages(3)).toEqual(["before b", "before c", "before d"]);
    for (const person of ["a", "b", "c", "d"]) {
      await say(team, `after ${person}`, person);
      expect(await tail.messages(1)).toEqual([`after ${person}`]);
    }
    await tail.end();
  });

  test("goes on after the last one for a client that comes again: nothing is missed or told twice", async () => {
    const team = await teamOf(2);
    for (const n of [1, 2, 3, 4]) await say(team, `line ${n}`, `person ${n}`);
    // Cut off in the middle of what was said before.
    let tail = await openTail(logsOf(team));
    expect(await tail.messages(2)).toEqual(["line 1", "line 2"]);
    await tail.end();
    for (const n of [5, 6]) await say(team, `line ${n}`, `person ${n}`);
    tail = await openTail(logsOf(team), { lastEventId: tail.lastEventId ?? "" });
    expect((await tail.messages(4)).toSorted()).toEqual(["line 3", "line 4", "line 5", "line 6"]);
    await tail.end();
    // The objects were ended meanwhile.
    await vi.waitFor(async () => expect(await watching(team)).toBe(0));
    for (const address of shardsOf(team)) await evictDurableObject(teamStub(env, address));
    tail = await openTail(logsOf(team), { lastEventId: tail.lastEventId ?? "" });
    await say(team, "line 7", "person 7");
    expect(await tail.messages(1)).toEqual(["line 7"]);
    await tail.end();
  });

  test("heeds all filters, in what was and in what comes", async () => {
    const team = await teamOf(1);
    await say(team, "old warning", "me", { level: "warn" });
    await say(team, "old noise");
    const tail = await openTail(`/api/logs?team_id=${team.id}&type=warn&search=WARNING`);
    await say(team, "noise");
    await say(team, "noise", "me", { level: "warn" });
    await say(team, "new warning", "me", { level: "warn" });
    expect(await tail.messages(2)).toEqual(["old warning", "new warning"]);
    await tail.end();
  });

  test("takes a mark of another number of shards, or none of ours, for none", async () => {
    const team = await teamOf(2);
    await say(team, "said");
    for (const lastEventId of ["1", "1,2,3", "-1,0", "__proto__", "9".repeat(40)]) {
      const tail = await openTail(logsOf(team), { lastEventId });
      expect(await tail.messages(1)).toEqual(["said"]);
      await tail.end();
    }
    // One of the future is taken for the present.
    const tail = await openTail(logsOf(team), { lastEventId: "999999999999999,999999999999999" });
    await say(team, "said later");
    expect(await tail.messages(1)).toEqual(["said later"]);
    await tail.end();
  });

  test("leaves nobody watching in any object when its client has gone", async () => {
    const team = await teamOf(2);
    const tails = await Promise.all([openTail(logsOf(team)), openTail(logsOf(team))]);
    expect(await watching(team)).toBe(4);
    for (const tail of tails) await tail.end();
    await vi.waitFor(async () => expect(await watching(team)).toBe(0));
  });

  test("ends the oldest where too many watch, whose client comes again", async () => {
    const team = await teamOf(1);
    const oldest = await openTail(logsOf(team));
    const tails = await Promise.all(Array.from({ length: 32 }, () => openTail(logsOf(team))));
    expect(await oldest.next()).toBeUndefined();
    expect(await watching(team)).toBe(32);
    for (const tail of tails) await tail.end();
    await vi.waitFor(async () => expect(await watching(team)).toBe(0));
  });

  test("ends with a team that is erased", async () => {
    const team = await teamOf(2);
    const tail = await openTail(logsOf(team));
    const ended = tail.next();
    expect((await call("DELETE", `/api/teams/${team.id}`)).status).toBe(204);
    expect(await ended).toBeUndefined();
  });

  test("is for those who may read the team", async () => {
    const [team, other] = [await teamOf(1), await teamOf(1)];
    const token = await tokenOf({ teamId: team.id }, ["read"]);
    expect((await openTail(logsOf(other), { token })).response.status).toBe(404);
    const tail = await openTail(logsOf(team), { token });
    expect(tail.response.status).toBe(200);
    await tail.end();
    expect((await openTail(logsOf(team), { token: "revoked" })).response.status).toBe(401);
  });

  test("is not begun for who only asks what there would be", async () => {
    const team = await teamOf(1);
    await call("HEAD", logsOf(team), undefined, { headers: { Accept: "text/event-stream" }, raw: true });
    expect(await watching(team)).toBe(0);
  });
});
