import { runDurableObjectAlarm } from "cloudflare:test";
import { expect, test } from "vitest";
import { teamStub } from "../../../../host/team/team-client.ts";
import { migratedRegistry } from "../../store/registry.ts";
import { call, env } from "../client.ts";

await migratedRegistry();

const SOURCE = `
  export const runEveryHour = () => { console.log("worked"); };
  export const runEveryQuarterHour = () => { throw new Error("no luck"); };
  export const runEveryFullMoon = () => undefined;`;

const schedule = { runEveryQuarterHour: { cron: "*/15 6-18 * * 1-5", timezone: "Europe/Berlin" } };

let installed = 0;

async function newConfig(enabled = true): Promise<string> {
  const name = `tasks ${++installed}`;
  const files = { "plugin.json": JSON.stringify({ name, schedule }), "index.js": SOURCE };
  const plugin = await call("POST", "/api/plugins", { files });
  expect(plugin.json["warnings"]).toEqual([expect.stringContaining("runEveryFullMoon is never called")]);
  const { json } = await call("POST", "/api/plugin_configs", { team_id: 1, plugin_id: plugin.json["id"], enabled });
  return `/api/plugin_configs/${Number(json["id"])}`;
}

const work = () => runDurableObjectAlarm(teamStub(env, { teamId: 1, shard: 0 }));

test("the tasks of a config are listed, with what their times are", async () => {
  const config = await newConfig();
  const { status, json } = await call("GET", `${config}/tasks`);
  expect(status).toBe(200);
  expect(json["results"]).toMatchObject([
    { task: "runEveryHour", cron: null, timezone: null, is_running: false, last_run: null },
    { task: "runEveryQuarterHour", cron: "*/15 6-18 * * 1-5", timezone: "Europe/Berlin", last_run: null },
  ]);
  const [hour] = json["results"] as { next_due: string }[];
  const until = Date.parse(hour?.next_due ?? "") - Date.now();
  expect(until).toBeGreaterThan(-60_000);
  expect(until).toBeLessThanOrEqual(3_600_000);
});

test("a task can be run now, and its run looked at", async () => {
  const config = await newConfig();
  const begun = await call("POST", `${config}/task_runs`, { task: "runEveryHour" });
  expect(begun.status).toBe(202);
  expect(begun.json).toMatchObject({ task: "runEveryHour", trigger: "manual" });
  await work();
  const run = await call("GET", `${config}/task_runs/${String(begun.json["id"])}`);
  expect(run.json).toMatchObject({
    state: "finished",
    outcome: "ok",
    error: null,
    attempts: 1,
    log: [{ type: "LOG", message: "worked" }],
  });
  const { json } = await call("GET", `${config}/tasks`);
  expect(json["results"]).toMatchObject([{ last_run: { id: begun.json["id"] } }, { last_run: null }]);
});

test("runs are listed by page, task and state", async () => {
  const config = await newConfig();
  for (const task of ["runEveryHour", "runEveryQuarterHour", "runEveryHour"]) {
    await call("POST", `${config}/task_runs`, { task });
    await work();
  }
  const { json } = await call("GET", `${config}/task_runs?limit=2`);
  expect(json["results"]).toMatchObject([
    { task: "runEveryHour" },
    { task: "runEveryQuarterHour", outcome: "threw", error: "Error: no luck" },
  ]);
  const rest = await call("GET", new URL(String(json["next"])).pathname + new URL(String(json["next"])).search);
  expect(rest.json).toMatchObject({ results: [{ task: "runEveryHour" }], next: null });
  const failed = await call("GET", `${config}/task_runs?task=runEveryQuarterHour&state=finished`);
  expect(failed.json["results"]).toHaveLength(1);
  expect((await call("GET", `${config}/task_runs?state=lost`)).json["results"]).toEqual([]);
  expect((await call("GET", `${config}/task_runs?state=gone`)).json).toMatchObject({
    status: 400,
    detail: "state must be one of due, running, finished, not_run, lost.",
  });
});

test("what cannot be run now is refused with the reason", async () => {
  const config = await newConfig();
  const ask = (path: string, task: string) => call("POST", `${path}/task_runs`, { task });
  expect(await ask(config, "runEveryFullMoon")).toMatchObject({ status: 400, json: { attr: "task" } });
  expect(await ask(config, "processEvent")).toMatchObject({ status: 400, json: { attr: "task" } });
  expect(await ask(await newConfig(false), "runEveryHour")).toMatchObject({
    status: 409,
    json: { detail: expect.stringContaining("is disabled") },
  });
  expect(await call("GET", `${config}/task_runs/999999`)).toMatchObject({ status: 404 });
  const other = await newConfig();
  const { json } = await ask(other, "runEveryHour");
  expect(await call("GET", `${config}/task_runs/${String(json["id"])}`)).toMatchObject({ status: 404 });
  await work();
});
