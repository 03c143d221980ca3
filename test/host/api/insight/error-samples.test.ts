import { beforeAll, expect, test } from "vitest";
import { accept } from "../../../../host/accept.ts";
import type { JsonObject } from "../../../../host/event.ts";
import { createTeam, type Team } from "../../../../host/store/teams.ts";
import { migratedRegistry } from "../../store/registry.ts";
import { call, env, message, process } from "../client.ts";

const db = await migratedRegistry();
const SECRET = "s3cret-of-the-team/1";

const FILES = {
  "plugin.json": JSON.stringify({
    name: "fails",
    main: "index.ts",
    config: [{ key: "key", type: "string", secret: true }],
  }),
  "index.ts": `import { check } from "./check";
export function processEvent(event: { properties: object }, { config }: { config: { key: string } }) {
  check(event.properties as { row: number }, config.key);
  return event;
}`,
  "check.ts": `interface Row { row: number }

export function check({ row }: Row, key: string): void {
  if (row >= 0) throw new Error("no row " + row + " for " + key);
}`,
};

async function failing(): Promise<Team> {
  const team = await createTeam(db, 1, { name: "Samples", token: `phc_${crypto.randomUUID()}`, shards: 2 }, 1);
  const { json: plugin } = await call("POST", "/api/plugins", { files: FILES });
  const config = { team_id: team.id, plugin_id: plugin["id"], enabled: true, config: { key: SECRET } };
  expect((await call("POST", "/api/plugin_configs", config)).status).toBe(201);
  return team;
}

async function errorOf(team: Team): Promise<JsonObject> {
  const { json } = await call("GET", `/api/teams/${team.id}/errors`);
  const [first] = json["results"] as JsonObject[];
  return (await call("GET", `/api/teams/${team.id}/errors/${String(first?.["id"])}`)).json;
}

beforeAll(async () => {
  await call("GET", "/api/teams/1");
});

test("an error shows an event and the author's lines, of the first time and the last, over all shards", async () => {
  const team = await failing();
  const sent = ["a", "b", "c", "d"].map((person, row) =>
    message(team.id, { event: `e${row}`, distinct_id: person, properties: { row, key: SECRET } }),
  );
  for (const each of sent) await process(team, [each]);
  const error = await errorOf(team);
  expect(error).toMatchObject({
    count: 4,
    first_sample: { event: { event: "e0", properties: { row: 0 } }, event_is_cut: false },
    last_sample: { event: { event: "e3", uuid: sent[3]?.event.uuid } },
  });
  const { stack, code } = error["last_sample"] as { stack: string[]; code: string };
  expect(stack).toEqual(["at check (check.ts:4:32)", "at processEvent (index.ts:3:3)"]);
  expect(code).toContain("> 4 |   if (row >= 0) throw new Error(");
  // Neither the list nor what it was like has anything of the secret.
  expect(JSON.stringify(error)).not.toContain(SECRET);
  expect(JSON.stringify(error)).toContain("[redacted]");
});

test("a large event is known by its name alone", async () => {
  const team = await failing();
  const large = message(team.id, { event: "big", properties: { row: 1, text: "x".repeat(20_000) } });
  await accept(env, { teamId: team.id, shards: 2 }, [large], []);
  await process(team, [message(team.id, { properties: { row: -1 } })]);
  expect(await errorOf(team)).toMatchObject({
    last_sample: { event: { event: "big", uuid: large.event.uuid }, event_is_cut: true },
  });
});
