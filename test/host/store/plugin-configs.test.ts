import { beforeAll, describe, expect, test } from "vitest";
import {
  configById,
  configsOf,
  createConfig,
  deleteConfig,
  type PluginConfig,
  reorderConfigs,
  updateConfig,
} from "../../../host/store/plugin-configs.ts";
import { offerPlugin } from "../../../host/store/plugins.ts";
import type { Registry } from "../../../host/store/registry.ts";
import type { Team } from "../../../host/store/teams.ts";
import { migratedRegistry, newPlugin, newTeam } from "./registry.ts";

let db: Registry;
beforeAll(async () => {
  db = await migratedRegistry();
});

async function setUp() {
  const team = await newTeam(db);
  const { plugin, version } = await newPlugin(db, team.organizationId);
  return { team, plugin, version };
}

async function addConfig(team: Team, pluginId: number): Promise<PluginConfig> {
  const config = await createConfig(db, team.id, { pluginId, config: {} }, 1);
  if (config === null) throw new Error("not created");
  return config;
}

describe("creating", () => {
  test("takes the latest version, the end of the order and safe defaults", async () => {
    const { team, plugin, version } = await setUp();
    const first = await createConfig(db, team.id, { pluginId: plugin.id, config: { a: "1", b: null } }, 5);
    expect(first).toEqual({
      id: first?.id,
      teamId: team.id,
      pluginId: plugin.id,
      pluginVersionId: version.id,
      name: null,
      enabled: false,
      order: 1,
      config: { a: "1", b: null },
      onError: "pass",
      pinned: false,
      secrets: {},
      grants: null,
      limits: null,
      createdAt: 5,
      updatedAt: 5,
    });
    const given = {
      pluginId: plugin.id,
      config: {},
      name: "Second",
      enabled: true,
      onError: "hold",
      grants: { fetch: ["api.x.com"], cache: true },
      limits: { memoryMb: 32 },
    } as const;
    const second = await createConfig(db, team.id, { ...given, grants: { fetch: ["api.x.com"], cache: true } }, 6);
    expect(second).toMatchObject({ ...given, order: 2 });
  });

  test("is refused for plugins that the team may not use", async () => {
    const { team } = await setUp();
    const other = await setUp();
    const values = { pluginId: other.plugin.id, config: {} };
    expect(await createConfig(db, team.id, values, 1)).toBeNull();
    expect(await createConfig(db, 999_999, values, 1)).toBeNull();
    await offerPlugin(db, other.plugin, true, 1);
    expect(await createConfig(db, team.id, values, 1)).toMatchObject({ teamId: team.id });
    await offerPlugin(db, other.plugin, false, 1);
  });

  test("fails for a version of another plugin", async () => {
    const { team, plugin } = await setUp();
    const other = await setUp();
    const values = { pluginId: plugin.id, pluginVersionId: other.version.id, config: {} };
    await expect(createConfig(db, team.id, values, 1)).rejects.toThrow();
    const config = await addConfig(team, plugin.id);
    const change = { pluginVersionId: other.version.id };
    await expect(updateConfig(db, team.id, config.id, change, 2)).rejects.toThrow();
  });
});

describe("changing", () => {
  test("sets what is given and the time", async () => {
    const { team, plugin } = await setUp();
    const config = await addConfig(team, plugin.id);
    const changes = { enabled: true, config: { k: "v" }, onError: "drop", grants: {} } as const;
    expect(await updateConfig(db, team.id, config.id, changes, 8)).toEqual({ ...config, ...changes, updatedAt: 8 });
  });

  test("and reading and deleting end at the team", async () => {
    const { team } = await setUp();
    const other = await setUp();
    const config = await addConfig(other.team, other.plugin.id);
    expect(await configById(db, team.id, config.id)).toBeNull();
    expect(await updateConfig(db, team.id, config.id, { enabled: true }, 2)).toBeNull();
    expect(await deleteConfig(db, team.id, config.id)).toBe(false);
    expect(await configById(db, other.team.id, config.id)).toEqual(config);
    expect(await deleteConfig(db, other.team.id, config.id)).toBe(true);
    expect(await configsOf(db, other.team.id)).toEqual([]);
  });
});

describe("reordering", () => {
  test("puts the listed first and keeps the rest in order", async () => {
    const { team, plugin } = await setUp();
    const [a, b, c, d] = [
      await addConfig(team, plugin.id),
      await addConfig(team, plugin.id),
      await addConfig(team, plugin.id),
      await addConfig(team, plugin.id),
    ];
    await reorderConfigs(db, team.id, [d.id, b.id, d.id]);
    const sorted = await configsOf(db, team.id);
    expect(sorted.map(({ id }) => id)).toEqual([d.id, b.id, a.id, c.id]);
    expect(sorted.map(({ updatedAt }) => updatedAt)).toEqual([1, 1, 1, 1]);
    expect((await addConfig(team, plugin.id)).order).toBeGreaterThan(sorted[3]?.order ?? 0);
  });

  test("does not touch other teams", async () => {
    const { team, plugin } = await setUp();
    const other = await setUp();
    const mine = await addConfig(team, plugin.id);
    const foreign = await addConfig(other.team, other.plugin.id);
    await reorderConfigs(db, team.id, [mine.id, foreign.id]);
    await reorderConfigs(db, team.id, [mine.id]);
    expect(await configById(db, other.team.id, foreign.id)).toEqual(foreign);
  });

  test("takes more configs than a statement takes parameters", async () => {
    const { team, plugin } = await setUp();
    const ids: number[] = [];
    for (let i = 0; i < 120; i++) ids.push((await addConfig(team, plugin.id)).id);
    ids.reverse();
    await reorderConfigs(db, team.id, ids);
    expect((await configsOf(db, team.id)).map(({ id }) => id)).toEqual(ids);
  });

  test("of equal orders is by id", async () => {
    const { team, plugin } = await setUp();
    const a = await addConfig(team, plugin.id);
    const b = await addConfig(team, plugin.id);
    await updateConfig(db, team.id, a.id, { order: 7 }, 2);
    await updateConfig(db, team.id, b.id, { order: 7 }, 2);
    expect((await configsOf(db, team.id)).map(({ id }) => id)).toEqual([a.id, b.id]);
  });
});
