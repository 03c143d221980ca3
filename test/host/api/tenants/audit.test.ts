import { expect, test } from "vitest";
import { migratedRegistry, newTeam } from "../../store/registry.ts";
import { call, tokenOf } from "../client.ts";

const db = await migratedRegistry();
const source = "export const processEvent = (event) => event";

test("every change is kept, with who made it, and no secret of it", async () => {
  const team = await newTeam(db);
  const token = await tokenOf({ organizationId: team.organizationId });
  const as = { token };
  const { json: plugin } = await call("POST", "/api/plugins", { name: "audited", source }, as);
  const body = { team_id: team.id, plugin_id: plugin["id"], enabled: true, config: { apiKey: "sk_hidden" } };
  const { json: config } = await call("POST", "/api/plugin_configs", body, as);
  await call("PATCH", `/api/plugin_configs/${String(config["id"])}`, { enabled: false, on_error: "hold" }, as);
  await call("PATCH", `/api/teams/${team.id}`, { personal_api_key: "phx_hidden", shards: 2 });
  await call("DELETE", `/api/plugin_configs/${String(config["id"])}`, undefined, as);
  // Neither reading nor what was refused is a change.
  await call("GET", `/api/teams/${team.id}`, undefined, as);
  await call("PATCH", `/api/teams/${team.id}`, { shards: 0 }, as);

  const { json } = await call("GET", `/api/audit_log?team_id=${team.id}`, undefined, as);
  const actor = { role: "organization", label: "test" };
  expect(json["results"]).toMatchObject([
    { scope: "plugin_configs", item_id: config["id"], activity: "deleted", actor },
    {
      scope: "teams",
      item_id: team.id,
      activity: "updated",
      actor: { role: "operator" },
      detail: { shards: 2, personal_api_key: "(text)" },
    },
    { scope: "plugin_configs", activity: "updated", detail: { enabled: false, on_error: "hold" } },
    {
      scope: "plugin_configs",
      item_id: config["id"],
      activity: "created",
      team_id: team.id,
      detail: { config: ["apiKey"] },
    },
  ]);
  const all = await call("GET", "/api/audit_log", undefined, as);
  expect(JSON.stringify(all.json)).not.toContain("hidden");
  expect(all.json["results"]).toHaveLength(5);
});

test("says which task or job somebody ran, and not what it was given", async () => {
  const team = await newTeam(db);
  const files = {
    "plugin.json": JSON.stringify({ name: "run by hand", publicJobs: { greet: { payload: { who: {} } } } }),
    "index.js": "export const runEveryDay = () => {}; export const jobs = { greet: () => {} };",
  };
  const { json: plugin } = await call("POST", "/api/plugins", { files, organization_id: team.organizationId });
  const body = { team_id: team.id, plugin_id: plugin["id"], enabled: true };
  const { json: config } = await call("POST", "/api/plugin_configs", body);
  const path = `/api/plugin_configs/${String(config["id"])}`;
  await call("POST", `${path}/task_runs`, { task: "runEveryDay" });
  await call("POST", `${path}/job`, { job: { type: "greet", payload: { who: "hidden" } } });
  const { json } = await call("GET", `/api/audit_log?team_id=${team.id}&limit=2`);
  expect(json["results"]).toMatchObject([
    { item_id: config["id"], activity: "job", detail: { type: "greet", payload: ["who"], operation: "(text)" } },
    { item_id: config["id"], activity: "task_runs", detail: { task: "runEveryDay" } },
  ]);
});

test("is read by its organization, and by a team as far as it is the team's", async () => {
  const mine = await newTeam(db);
  const other = await newTeam(db);
  await call("PATCH", `/api/teams/${mine.id}`, { name: "Mine" });
  await call("PATCH", `/api/teams/${other.id}`, { name: "Other" });
  for (const token of [await tokenOf({ teamId: mine.id }), await tokenOf({ organizationId: mine.organizationId })]) {
    const { json } = await call("GET", "/api/audit_log", undefined, { token });
    expect(json["results"]).toMatchObject([{ team_id: mine.id, detail: { name: "Mine" } }]);
    expect((await call("GET", `/api/audit_log?team_id=${other.id}`, undefined, { token })).status).toBe(404);
  }
  const { json: first } = await call("GET", "/api/audit_log?limit=1");
  expect(first["results"]).toMatchObject([{ team_id: other.id }]);
  const next = new URL(String(first["next"]));
  expect((await call("GET", next.pathname + next.search)).json["results"]).toMatchObject([{ team_id: mine.id }]);
});
