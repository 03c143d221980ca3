import { beforeEach, expect, test } from "vitest";
import type { Registry } from "../../../host/store/registry.ts";
import { ensureDemoTeam } from "../../../host/store/seed.ts";
import { createTeam, findTeamByToken, teamById, updateTeam } from "../../../host/store/teams.ts";
import { env, migratedRegistry } from "./registry.ts";

const HOST = "https://eu.i.posthog.com";

let db: Registry;
beforeEach(async () => {
  db = await migratedRegistry();
  await env.REGISTRY.prepare("delete from organization").run();
});

test("team 1 and its key are there, once", async () => {
  await ensureDemoTeam(db, {}, 5);
  await ensureDemoTeam(db, {}, 6);
  await Promise.all([ensureDemoTeam(db, {}, 7), ensureDemoTeam(db, {}, 7)]);
  expect(await findTeamByToken(db, "phc_demo")).toMatchObject({
    id: 1,
    organizationId: 1,
    posthogHost: null,
    posthogApiKey: null,
    createdAt: 5,
    updatedAt: 5,
  });
});

test("the environment's key and host are team 1's", async () => {
  await ensureDemoTeam(db, { projectKey: "phc_real", posthogHost: `${HOST}/` }, 1);
  const team = await findTeamByToken(db, "phc_real");
  expect(team).toMatchObject({ id: 1, posthogHost: HOST, posthogApiKey: "phc_real" });
  expect(await findTeamByToken(db, "phc_demo")).toEqual(team);
});

test("what the environment said before is taken back", async () => {
  await ensureDemoTeam(db, { projectKey: "phc_real", posthogHost: HOST }, 1);
  await ensureDemoTeam(db, { projectKey: "phc_other", posthogHost: HOST }, 2);
  expect(await findTeamByToken(db, "phc_real")).toBeNull();
  expect(await findTeamByToken(db, "phc_other")).toMatchObject({ id: 1, posthogApiKey: "phc_other" });
  await ensureDemoTeam(db, { projectKey: "", posthogHost: "" }, 3);
  expect(await findTeamByToken(db, "phc_other")).toBeNull();
  expect(await teamById(db, 1)).toMatchObject({ posthogHost: null, posthogApiKey: null, updatedAt: 3 });
  await ensureDemoTeam(db, { projectKey: "phc_real", posthogHost: HOST }, 4);
  expect(await findTeamByToken(db, "phc_real")).toMatchObject({ posthogHost: HOST });
});

test("what people set stays when the environment is silent", async () => {
  await ensureDemoTeam(db, {}, 1);
  await updateTeam(db, 1, 1, { name: "Shop", posthogHost: HOST }, 2);
  await ensureDemoTeam(db, {}, 3);
  expect(await teamById(db, 1)).toMatchObject({ name: "Shop", posthogHost: HOST, updatedAt: 2 });
});

test("a revoked demo key stays revoked", async () => {
  await ensureDemoTeam(db, {}, 1);
  await env.REGISTRY.prepare("update key set revoked_at = 2 where token = 'phc_demo'").run();
  await ensureDemoTeam(db, { posthogHost: HOST }, 3);
  expect(await findTeamByToken(db, "phc_demo")).toBeNull();
});

test("another team keeps its key", async () => {
  await ensureDemoTeam(db, {}, 1);
  const other = await createTeam(db, 1, { name: "Other", token: "phc_theirs" }, 1);
  await ensureDemoTeam(db, { projectKey: "phc_theirs" }, 2);
  expect((await findTeamByToken(db, "phc_theirs"))?.id).toBe(other.id);
});

test("a host that is no URL is named", async () => {
  for (const posthogHost of ["eu.posthog.com", "ftp://x", "https://"])
    await expect(ensureDemoTeam(db, { posthogHost }, 1)).rejects.toThrow(
      `POSTHOG_HOST is "${posthogHost}"; it must be a URL such as https://us.i.posthog.com`,
    );
});
