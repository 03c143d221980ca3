import { beforeEach, expect, test } from "vitest";
import type { Registry, RegistryEnv } from "../../../host/store/registry.ts";
import { findTeam, forgetTeam } from "../../../host/store/team-lookup.ts";
import { createTeam, updateTeam } from "../../../host/store/teams.ts";
import { env, migratedRegistry, newTeam } from "./registry.ts";

let db: Registry;
let lookups = 0;
/** The real database, counting. */
const counted: RegistryEnv = {
  REGISTRY: new Proxy(env.REGISTRY, {
    get(target, name) {
      if (name === "prepare") lookups++;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  }),
};

beforeEach(async () => {
  db = await migratedRegistry();
  forgetTeam();
  lookups = 0;
});

test("a known key is remembered for a minute", async () => {
  const { token, ...team } = await newTeam(db);
  expect(await findTeam(counted, token, 1000)).toEqual(team);
  expect(await findTeam(counted, token, 60_999)).toEqual(team);
  expect(lookups).toBe(1);
  await updateTeam(db, team.organizationId, team.id, { name: "Renamed" }, 2);
  expect((await findTeam(counted, token, 61_000))?.name).toBe("Renamed");
  expect(lookups).toBe(2);
});

test("an unknown key is remembered for ten seconds", async () => {
  expect(await findTeam(counted, "phc_later", 0)).toBeNull();
  const { organizationId } = await newTeam(db);
  await createTeam(db, organizationId, { name: "Later", token: "phc_later" }, 1);
  expect(await findTeam(counted, "phc_later", 9999)).toBeNull();
  expect(lookups).toBe(1);
  expect((await findTeam(counted, "phc_later", 10_000))?.name).toBe("Later");
});

test("what cannot be a key is not looked up", async () => {
  for (const token of ["", " ", "a b", "ü", "a\n", "a\0", "x".repeat(201), "x".repeat(1_000_000)])
    expect(await findTeam(counted, token, 0)).toBeNull();
  expect(lookups).toBe(0);
});

test("forgetting one key or all looks them up again", async () => {
  const a = await newTeam(db);
  const b = await newTeam(db);
  await findTeam(counted, a.token, 0);
  await findTeam(counted, b.token, 0);
  forgetTeam(a.token);
  await findTeam(counted, b.token, 1);
  expect(lookups).toBe(2);
  await findTeam(counted, a.token, 1);
  expect(lookups).toBe(3);
  forgetTeam();
  await findTeam(counted, a.token, 2);
  await findTeam(counted, b.token, 2);
  expect(lookups).toBe(5);
});

test("a lookup that was under way when a key was forgotten is not remembered", async () => {
  const { token } = await newTeam(db);
  const lookup = findTeam(counted, token, 0);
  forgetTeam(token);
  await lookup;
  await findTeam(counted, token, 1);
  expect(lookups).toBe(2);
});

test("a flood of unknown keys does not push out known ones, and memory stays bounded", async () => {
  const { token } = await newTeam(db);
  await findTeam(counted, token, 0);
  await Promise.all(Array.from({ length: 1001 }, (_, i) => findTeam(counted, `phc_flood_${i}`, 0)));
  expect(lookups).toBe(1002);
  await findTeam(counted, token, 1);
  await findTeam(counted, "phc_flood_1000", 1);
  expect(lookups).toBe(1002);
  await findTeam(counted, "phc_flood_0", 1);
  expect(lookups).toBe(1003);
});

test("the database's failure is not taken for an unknown key", async () => {
  const { token } = await newTeam(db);
  const broken = {
    REGISTRY: {
      prepare: () => {
        throw new Error("D1 is down");
      },
    },
  } as unknown as RegistryEnv;
  await expect(findTeam(broken, token, 0)).rejects.toThrow();
  expect(await findTeam(counted, token, 1)).not.toBeNull();
});
