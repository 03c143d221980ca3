import { beforeAll, describe, expect, test } from "vitest";
import { configsOf, createConfig } from "../../../host/store/plugin-configs.ts";
import { createPlugin, versionsOf } from "../../../host/store/plugin-versions.ts";
import { deletePlugin, pluginById, pluginByUrl, pluginsOf, offerPlugin } from "../../../host/store/plugins.ts";
import type { Registry } from "../../../host/store/registry.ts";
import { migratedRegistry, newPlugin, newTeam, versionOf } from "./registry.ts";

let db: Registry;
beforeAll(async () => {
  db = await migratedRegistry();
});

describe("plugins of an organization", () => {
  test("are its own, and the global ones", async () => {
    const mine = await newTeam(db);
    const other = await newTeam(db);
    const { plugin } = await newPlugin(db, mine.organizationId);
    const { plugin: foreign } = await newPlugin(db, other.organizationId);
    expect(await pluginsOf(db, mine.organizationId)).toEqual([plugin]);
    expect(await pluginById(db, mine.organizationId, foreign.id)).toBeNull();

    const shared = await offerPlugin(db, foreign, true, 1);
    expect(await pluginsOf(db, mine.organizationId)).toEqual([plugin, shared]);
    expect(await pluginById(db, mine.organizationId, foreign.id)).toEqual(shared);
    await offerPlugin(db, foreign, false, 1);
  });

  test("come from a URL once", async () => {
    const { organizationId } = await newTeam(db);
    const elsewhere = await newTeam(db);
    const details = { name: "A", pluginType: "custom", url: "https://github.com/a/b" } as const;
    const { plugin } = await createPlugin(db, organizationId, details, versionOf("a"), 1);
    await createPlugin(db, elsewhere.organizationId, details, versionOf("a"), 1);
    expect(await pluginByUrl(db, organizationId, details.url)).toEqual(plugin);
    expect(await pluginByUrl(db, organizationId, "https://github.com/a/c")).toBeNull();
    await expect(createPlugin(db, organizationId, details, versionOf("b"), 1)).rejects.toThrow();
    expect(await pluginsOf(db, organizationId)).toEqual([plugin]);
  });
});

describe("uninstalling", () => {
  test("takes versions and configs along and names the teams", async () => {
    const { organizationId, id } = await newTeam(db);
    const { plugin } = await newPlugin(db, organizationId);
    await createConfig(db, id, { pluginId: plugin.id, config: {} }, 1);
    await createConfig(db, id, { pluginId: plugin.id, config: {} }, 1);
    expect(await deletePlugin(db, organizationId, plugin.id)).toEqual([id]);
    expect(await pluginById(db, organizationId, plugin.id)).toBeNull();
    expect(await versionsOf(db, plugin, { limit: 10, offset: 0 })).toEqual([]);
    expect(await configsOf(db, id)).toEqual([]);
  });

  test("is refused to others and for global plugins", async () => {
    const mine = await newTeam(db);
    const other = await newTeam(db);
    const { plugin } = await newPlugin(db, other.organizationId);
    expect(await deletePlugin(db, mine.organizationId, plugin.id)).toBeNull();
    await offerPlugin(db, plugin, true, 1);
    expect(await deletePlugin(db, mine.organizationId, plugin.id)).toBeNull();
    await expect(deletePlugin(db, other.organizationId, plugin.id)).rejects.toThrow(
      "This plugin is marked as global! Make it local before uninstallation",
    );
    await offerPlugin(db, plugin, false, 1);
    expect(await deletePlugin(db, other.organizationId, plugin.id)).toEqual([]);
  });
});
