import { beforeAll, describe, expect, test } from "vitest";
import { key } from "../../../host/store/schema.ts";
import type { Registry } from "../../../host/store/registry.ts";
import { createTeam, findTeamByToken, teamById, teamsOf, updateTeam } from "../../../host/store/teams.ts";
import { eq } from "drizzle-orm";
import { env, migratedRegistry, newTeam } from "./registry.ts";

let db: Registry;
beforeAll(async () => {
  db = await migratedRegistry();
});

describe("a team's key", () => {
  test("finds its team", async () => {
    const { token, ...team } = await newTeam(db);
    expect(await findTeamByToken(db, token)).toEqual(team);
    expect(await teamById(db, team.id)).toEqual(team);
    expect(team).toMatchObject({ shards: 1, anonymizeIps: false, posthogHost: null, createdAt: 1 });
  });

  test("finds nothing when unknown, revoked or hostile", async () => {
    const { token } = await newTeam(db);
    await db.update(key).set({ revokedAt: 5 }).where(eq(key.token, token));
    expect(await findTeamByToken(db, token)).toBeNull();
    expect(await findTeamByToken(db, "' or 1=1 --")).toBeNull();
    expect(await findTeamByToken(db, "")).toBeNull();
  });

  test("cannot be that of two teams", async () => {
    const { token, organizationId } = await newTeam(db);
    await expect(createTeam(db, organizationId, { name: "Thief", token }, 1)).rejects.toThrow();
    expect(await teamsOf(db, organizationId)).toHaveLength(1);
  });

  test("belongs to a team or an organization, and is public or hashed, never both", async () => {
    const { id, organizationId } = await newTeam(db);
    const insert = (values: Partial<typeof key.$inferInsert>) => db.insert(key).values({ createdAt: 1, ...values });
    await insert({ organizationId, tokenHash: "a1", scopes: ["plugin:write"] });
    await insert({ teamId: id, tokenHash: "a2" });
    await expect(insert({ organizationId, token: "phc_x1" }).run()).rejects.toThrow();
    await expect(insert({ token: "phc_x2" }).run()).rejects.toThrow();
    await expect(insert({ teamId: id, organizationId, tokenHash: "a3" }).run()).rejects.toThrow();
    await expect(insert({ teamId: id, token: "phc_x3", tokenHash: "a4" }).run()).rejects.toThrow();
    await expect(insert({ teamId: id }).run()).rejects.toThrow();
  });
});

describe("settings", () => {
  test("change only within the organization", async () => {
    const mine = await newTeam(db);
    const other = await newTeam(db);
    const updated = await updateTeam(db, mine.organizationId, mine.id, { shards: 4 }, 9);
    expect(updated).toMatchObject({ shards: 4, updatedAt: 9, createdAt: 1 });
    expect(await updateTeam(db, mine.organizationId, other.id, { name: "x" }, 9)).toBeNull();
    expect((await teamById(db, other.id))?.name).toBe("Test");
  });

  test("are checked by the database", async () => {
    const { organizationId, id } = await newTeam(db);
    await expect(updateTeam(db, organizationId, id, { shards: 0 }, 9)).rejects.toThrow();
  });

  test("are lost with the organization, and so is the key", async () => {
    const { token, organizationId } = await newTeam(db);
    await env.REGISTRY.prepare("delete from organization where id = ?").bind(organizationId).run();
    expect(await findTeamByToken(db, token)).toBeNull();
    expect(await teamsOf(db, organizationId)).toEqual([]);
  });
});
