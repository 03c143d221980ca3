import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { JsonObject } from "../../../../host/event.ts";
import type { TeamObject } from "../../../../host/team/team-object.ts";
import { shardsOf, teamStub } from "../../../../host/team/team-client.ts";
import { migratedRegistry, newTeam } from "../../store/registry.ts";
import { call, env, message, process, tokenOf } from "../client.ts";

const SECRET = "s3cret-of-the-config";
const MANIFEST = {
  config: [{ key: "key", type: "string", secret: true }],
  publicJobs: {
    greet: { payload: { who: { type: "string", required: true }, times: { type: "number", default: 2 } } },
    again: {},
    plain: {},
    ghost: {},
  },
};
const SOURCE = `
  export const jobs = {
    greet: (payload) => console.log("greet " + JSON.stringify(payload)),
    again: async (payload, { storage }) => { if (!(await storage.get("works"))) throw new RetryError("not yet"); console.log("again " + JSON.stringify(payload)); },
    plain: () => undefined,
    later: () => console.log("later"),
  };
  export async function processEvent(event, { jobs, config }) {
    if (event.event === "ask") await jobs.later({ n: event.properties.n, key: config.key }).runIn(1, "day");
    return event;
  }`;

const db = await migratedRegistry();
let team: { id: number; organizationId: number; shards: number };
let config: number;

beforeAll(async () => {
  await call("GET", "/api/teams/1");
  ({ team, config } = await newConfig());
});

async function newConfig(shards = 1, limits: object | null = null) {
  const { id, organizationId } = await newTeam(db);
  if (shards > 1) await call("PATCH", `/api/teams/${id}`, { shards });
  const files = { "plugin.json": JSON.stringify({ name: `jobs of ${id}`, ...MANIFEST }), "index.js": SOURCE };
  const plugin = await call("POST", "/api/plugins", { files, organization_id: organizationId });
  expect(plugin.status).toBe(201);
  const saved = await call("POST", "/api/plugin_configs", {
    team_id: id,
    plugin_id: plugin.json["id"],
    enabled: true,
    config: { key: SECRET },
    limits,
  });
  expect(saved.status).toBe(201);
  return { team: { id, organizationId, shards }, config: Number(saved.json["id"]) };
}

const inside = <T>(run: (object: TeamObject, state: DurableObjectState) => T | Promise<T>, shard = 0): Promise<T> =>
  runInDurableObject<TeamObject, T>(teamStub(env, { teamId: team.id, shard }), run);

const start = (type: string | undefined, payload?: unknown, id = config) =>
  call("POST", `/api/plugin_configs/${id}/job`, { job: { type, payload } });

async function logged(): Promise<string[]> {
  for (const address of shardsOf(team)) await runDurableObjectAlarm(teamStub(env, address));
  const { json } = await call("GET", `/api/logs?team_id=${team.id}`);
  return (json["results"] as JsonObject[]).map((entry) => String(entry["message"]));
}

describe("POST /api/plugin_configs/{id}/job", () => {
  test("runs a public job with its payload, defaults and operation", async () => {
    const { status, json } = await start("greet", { who: "ada" });
    expect({ status, json }).toEqual({ status: 201, json: { id: expect.any(Number), shard: 0 } });
    await vi.waitFor(async () =>
      expect(await logged()).toContain('greet {"who":"ada","times":2,"$operation":"start"}'),
    );
  });

  test("says start, or what it is told to", async () => {
    await call("POST", `/api/plugin_configs/${config}/job`, {
      job: { type: "greet", payload: { who: "eve" }, operation: "stop" },
    });
    await vi.waitFor(async () => expect(await logged()).toContain('greet {"who":"eve","times":2,"$operation":"stop"}'));
  });

  test.each([
    ["no type", undefined, {}, "job__type", "The job type must be specified!"],
    ["an empty type", "", {}, "job__type", "The job type must be specified!"],
    [
      "a job that is not public",
      "later",
      {},
      "job__type",
      'job__type is "later", which is no public job of this plugin: it has greet, again, plain. plugin.json declares them under publicJobs, and the plugin exports them in jobs.',
    ],
    [
      "a public job that the plugin does not export",
      "ghost",
      {},
      "job__type",
      expect.stringContaining("it has greet, again, plain."),
    ],
    ["a name of the prototype's", "constructor", {}, "job__type", expect.stringContaining("no public job")],
    ["a field that is missing", "greet", {}, "job__payload__who", "job__payload__who is required."],
    ["a field of another type", "greet", { who: 1 }, "job__payload__who", "job__payload__who must be text."],
    [
      "a field that is not declared",
      "greet",
      { who: "a", $operation: "x" },
      "job__payload__$operation",
      "job__payload__$operation is not a field of this job, which has who, times.",
    ],
    ["a payload that is no object", "greet", [], "job__payload", "job__payload must be an object."],
    ["a payload that is null", "greet", null, "job__payload", "job__payload must be an object."],
    [
      "too large a payload",
      "greet",
      { who: "x".repeat(600_000) },
      "job__payload",
      "job__payload has more than 600000 characters of JSON.",
    ],
  ])("refuses %s", async (_, type, payload, attr, detail) => {
    const { status, json } = await start(type, payload);
    expect({ status, attr: json["attr"], detail: json["detail"] }).toEqual({ status: 400, attr, detail });
  });

  test("refuses a config that is not enabled", async () => {
    const other = await newConfig();
    await call("PATCH", `/api/plugin_configs/${other.config}`, { enabled: false });
    expect((await start("greet", { who: "a" }, other.config)).json).toMatchObject({
      status: 400,
      detail: `Plugin config ${other.config} is not enabled.`,
    });
  });

  test("refuses more than the config may have waiting", async () => {
    const other = await newConfig(1, { pendingJobs: 1 });
    await process(other.team, [message(other.team.id, { event: "ask" })]);
    expect((await start("greet", { who: "a" }, other.config)).json).toMatchObject({
      status: 400,
      code: "job_refused",
      detail: `The job was not taken: 1 jobs of plugin config ${other.config} wait already, its limit "pendingJobs".`,
    });
  });
});

describe("jobs that wait", () => {
  test("are listed without secrets, over all shards and pages, and can be cancelled", async () => {
    const many = await newConfig(2);
    const persons = ["a", "b", "c", "d", "e", "f"];
    await process(
      many.team,
      persons.map((person, n) => message(many.team.id, { event: "ask", distinct_id: person, properties: { n } })),
    );
    const path = `/api/plugin_configs/${many.config}/jobs`;
    const { json } = await call("GET", path);
    const jobs = json["results"] as JsonObject[];
    expect(jobs).toHaveLength(6);
    expect(new Set(jobs.map((job) => job["shard"]))).toEqual(new Set([0, 1]));
    expect(jobs[0]).toMatchObject({
      name: "later",
      attempts: 0,
      started_at: null,
      waits_for_config: false,
      payload: expect.stringMatching(/^\{"n":\d,"key":"\[redacted\]"\}$/),
    });
    expect(JSON.stringify(json)).not.toContain(SECRET);

    const paged: JsonObject[] = [];
    for (let next: unknown = `${path}?limit=4`; typeof next === "string";) {
      const page = await call("GET", next.replace("https://hoglet.test", ""));
      paged.push(...(page.json["results"] as JsonObject[]));
      next = page.json["next"];
    }
    expect(paged.map(({ payload }) => payload).toSorted()).toEqual(jobs.map(({ payload }) => payload).toSorted());

    const [first] = jobs;
    const one = `${path}/${Number(first?.["id"])}?shard=${Number(first?.["shard"])}`;
    expect((await call("DELETE", one)).status).toBe(204);
    expect((await call("GET", path)).json["results"]).toHaveLength(5);
    expect(await call("DELETE", one)).toMatchObject({ status: 404, json: { code: "not_found" } });
    expect((await call("DELETE", `${path}/1?shard=7`)).status).toBe(404);

    await call("PATCH", `/api/plugin_configs/${many.config}`, { enabled: false });
    const parked = (await call("GET", path)).json["results"] as JsonObject[];
    expect(parked.map((job) => job["waits_for_config"])).toEqual(parked.map(() => true));
  });

  test("of another config are not there", async () => {
    const [mine, theirs] = [await newConfig(), await newConfig()];
    await process(theirs.team, [message(theirs.team.id, { event: "ask" })]);
    const token = await tokenOf({ teamId: mine.team.id });
    const { json } = await call("GET", `/api/plugin_configs/${theirs.config}/jobs`);
    const id = Number((json["results"] as JsonObject[])[0]?.["id"]);
    expect((await call("DELETE", `/api/plugin_configs/${mine.config}/jobs/${id}`, undefined, { token })).status).toBe(
      404,
    );
    expect((await call("GET", `/api/plugin_configs/${theirs.config}/jobs`)).json["results"]).toHaveLength(1);
  });
});

describe("a job that was given up", () => {
  test("can be looked at without secrets, and run again with its payload, once", async () => {
    ({ team, config } = await newConfig(1, { jobAttempts: 1 }));
    const about = { job: "again", payload: JSON.stringify({ key: SECRET }), hops: 0 };
    await start("again");
    await vi.waitFor(async () => expect((await logged()).join("\n")).toContain("is a dead letter now"));
    await inside((_, { storage }) => void storage.sql.exec("update dead_letter set body = ?", JSON.stringify(about)));
    const { json } = await call("GET", `/api/dead-letters?team_id=${team.id}`);
    const [letter] = json["results"] as JsonObject[];
    expect(letter).toMatchObject({
      shard: 0,
      function: "jobs.again",
      plugin_config_id: config,
      answer: "RetryError: not yet",
      event: { job: "again", payload: '{"key":"[redacted]"}' },
    });

    await inside((object) => object.storageSet(config, "works", "true"));
    const again = `/api/plugin_configs/${config}/dead_letters/${Number(letter?.["id"])}/run_again`;
    const other = await newConfig();
    expect((await call("POST", again.replace(String(config), String(other.config)), {})).status).toBe(404);
    expect((await call("POST", again, {})).status).toBe(201);
    await vi.waitFor(async () => expect((await logged()).join("\n")).toContain('again {"key":"[redacted]"}'));
    expect((await call("GET", `/api/dead-letters?team_id=${team.id}`)).json["results"]).toEqual([]);
    expect((await call("POST", again, {})).status).toBe(404);
  });
});
