import { beforeAll, describe, expect, test } from "vitest";
import { saveVersion, versionOfPlugin, versionsOf } from "../../../host/store/plugin-versions.ts";
import { pluginById } from "../../../host/store/plugins.ts";
import type { Registry } from "../../../host/store/registry.ts";
import { migratedRegistry, newPlugin, newTeam, versionOf } from "./registry.ts";

let db: Registry;
beforeAll(async () => {
  db = await migratedRegistry();
});

describe("versions", () => {
  test("are kept with the plugin, the latest one pointed at", async () => {
    const { organizationId } = await newTeam(db);
    const { plugin, version } = await newPlugin(db, organizationId);
    expect(version).toEqual({ ...versionOf("v1"), id: version.id, pluginId: plugin.id, createdAt: 1 });
    expect(plugin.latestVersionId).toBe(version.id);

    const second = await saveVersion(db, organizationId, plugin.id, { name: "New name" }, versionOf("v2"), 7);
    expect(second?.plugin).toEqual({
      ...plugin,
      name: "New name",
      latestVersionId: second?.version.id,
      updatedAt: 7,
    });
    expect(second?.version).toMatchObject({ hash: "v2", createdAt: 7 });
    expect(await versionsOf(db, plugin, { limit: 10, offset: 0 })).toEqual([second?.version, version]);
    expect(await versionsOf(db, plugin, { limit: 1, offset: 0 })).toEqual([second?.version]);
    expect(await versionsOf(db, plugin, { limit: 10, offset: 1 })).toEqual([version]);
  });

  test("with content that the plugin had before are that version again", async () => {
    const { organizationId } = await newTeam(db);
    const { plugin, version } = await newPlugin(db, organizationId);
    await saveVersion(db, organizationId, plugin.id, {}, versionOf("v2"), 2);
    const back = await saveVersion(db, organizationId, plugin.id, {}, versionOf("v1"), 3);
    expect(back?.version).toEqual(version);
    expect(back?.plugin.latestVersionId).toBe(version.id);
    expect(await versionsOf(db, plugin, { limit: 10, offset: 0 })).toHaveLength(2);
  });

  test("of two plugins created at once belong to the right one", async () => {
    const mine = await newTeam(db);
    const other = await newTeam(db);
    const saved = await Promise.all(
      [mine, other, mine, other].map(({ organizationId }) => newPlugin(db, organizationId)),
    );
    for (const { plugin, version } of saved) {
      expect(version.pluginId).toBe(plugin.id);
      expect(plugin.latestVersionId).toBe(version.id);
    }
    expect(new Set(saved.map(({ version }) => version.id)).size).toBe(4);
  });

  test("are added within the organization only, and seen as the plugin's own", async () => {
    const mine = await newTeam(db);
    const other = await newTeam(db);
    const { plugin, version } = await newPlugin(db, other.organizationId);
    expect(await saveVersion(db, mine.organizationId, plugin.id, { name: "x" }, versionOf("v2"), 2)).toBeNull();
    const { plugin: another } = await newPlugin(db, mine.organizationId);
    expect(await versionOfPlugin(db, another, version.id)).toBeNull();
    expect(await versionsOf(db, another, { limit: 10, offset: 0 })).not.toContainEqual(version);
    expect(await versionOfPlugin(db, plugin, version.id)).toEqual(version);
    expect(await pluginById(db, other.organizationId, plugin.id)).toEqual(plugin);
    expect(await versionsOf(db, plugin, { limit: 10, offset: 0 })).toEqual([version]);
  });
});
