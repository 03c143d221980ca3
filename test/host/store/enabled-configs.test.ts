import { beforeAll, expect, test } from "vitest";
import { deleteAttachment, type NewAttachment, putAttachment } from "../../../host/store/attachments.ts";
import { enabledConfigs } from "../../../host/store/enabled-configs.ts";
import { createConfig, reorderConfigs, updateConfig } from "../../../host/store/plugin-configs.ts";
import { saveVersion } from "../../../host/store/plugin-versions.ts";
import { offerPlugin } from "../../../host/store/plugins.ts";
import type { Registry } from "../../../host/store/registry.ts";
import { migratedRegistry, newPlugin, newTeam, versionOf } from "./registry.ts";

let db: Registry;
beforeAll(async () => {
  db = await migratedRegistry();
});

const attachment: NewAttachment = {
  key: "maxmind",
  contentType: "application/octet-stream",
  fileName: "GeoLite2.mmdb",
  size: 3,
  hash: "abc",
  r2Key: "attachments/abc",
};

test("a team with nothing enabled runs nothing", async () => {
  const team = await newTeam(db);
  const { plugin } = await newPlugin(db, team.organizationId);
  await createConfig(db, team.id, { pluginId: plugin.id, config: {} }, 1);
  expect(await enabledConfigs(db, team.id)).toEqual([]);
  expect(await enabledConfigs(db, 999_999)).toEqual([]);
});

test("configs come in order, with all that running them takes", async () => {
  const team = await newTeam(db);
  const { plugin, version } = await newPlugin(db, team.organizationId);
  const base = { pluginId: plugin.id, enabled: true };
  const first = await createConfig(db, team.id, { ...base, config: { k: "1" } }, 1);
  await createConfig(db, team.id, { ...base, enabled: false, config: {} }, 1);
  await saveVersion(db, team.organizationId, plugin.id, {}, versionOf("v2"), 2);
  const third = await createConfig(db, team.id, { ...base, name: "Third", config: { k: "3" } }, 3);
  await putAttachment(db, team.id, third?.id ?? 0, attachment, 4);
  await reorderConfigs(db, team.id, [third?.id ?? 0, first?.id ?? 0]);

  const enabled = await enabledConfigs(db, team.id);
  expect(enabled.map(({ id }) => id)).toEqual([third?.id, first?.id]);
  expect(enabled[0]).toMatchObject({
    name: "Third",
    teamId: team.id,
    pluginId: plugin.id,
    pluginName: "Test plugin",
    config: { k: "3" },
    order: 1,
    onError: "pass",
    grants: null,
    updatedAt: 4,
    version: { hash: "v2", bundleKey: "plugins/v2/bundle.json", manifest: { name: "Test plugin" } },
    attachments: [attachment],
  });
  expect(enabled[1]).toMatchObject({
    pluginVersionId: version.id,
    version: { hash: "v1", inspected: { methods: ["processEvent"], tasks: [], jobs: [] } },
    attachments: [],
  });
});

test("a plugin that is no longer global stops for other organizations", async () => {
  const team = await newTeam(db);
  const owner = await newTeam(db);
  const { plugin } = await newPlugin(db, owner.organizationId);
  await offerPlugin(db, plugin, true, 1);
  await createConfig(db, team.id, { pluginId: plugin.id, enabled: true, config: {} }, 1);
  expect(await enabledConfigs(db, team.id)).toHaveLength(1);
  await offerPlugin(db, plugin, false, 1);
  expect(await enabledConfigs(db, team.id)).toEqual([]);
});

test("attachments are replaced by key and removed, by their team only", async () => {
  const team = await newTeam(db);
  const other = await newTeam(db);
  const { plugin } = await newPlugin(db, team.organizationId);
  const config = await createConfig(db, team.id, { pluginId: plugin.id, enabled: true, config: {} }, 1);
  const id = config?.id ?? 0;
  expect(await putAttachment(db, other.id, id, attachment, 2)).toBeNull();
  await putAttachment(db, team.id, id, attachment, 2);
  await putAttachment(db, team.id, id, { ...attachment, key: "a" }, 3);
  await putAttachment(db, team.id, id, { ...attachment, hash: "def", r2Key: "attachments/def" }, 4);
  const [running] = await enabledConfigs(db, team.id);
  expect(running?.attachments.map(({ key, hash }) => [key, hash])).toEqual([
    ["a", "abc"],
    ["maxmind", "def"],
  ]);
  expect(running?.updatedAt).toBe(4);

  expect(await deleteAttachment(db, other.id, id, "maxmind", 5)).toBeNull();
  expect(await deleteAttachment(db, team.id, id, "nothing", 5)).toBeNull();
  expect(await deleteAttachment(db, team.id, id, "maxmind", 6)).toMatchObject({ r2Key: "attachments/def" });
  expect((await enabledConfigs(db, team.id))[0]).toMatchObject({ updatedAt: 6, attachments: [{ key: "a" }] });
  await updateConfig(db, team.id, id, { enabled: false }, 7);
  expect(await enabledConfigs(db, team.id)).toEqual([]);
});
