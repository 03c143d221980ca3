import { expect, test } from "vitest";
import { installFromSource } from "../../../host/plugins/install.ts";
import { sweepVersions } from "../../../host/plugins/sweep-versions.ts";
import { bundleKey, filesKey, loadVersion, VERSIONS } from "../../../host/plugins/versions.ts";
import { deletePlugin } from "../../../host/store/plugins.ts";
import { nightly } from "../../../host/schedule/nightly.ts";
import type { Env } from "../../../host/env.ts";
import { env, migratedRegistry, newTeam } from "../store/registry.ts";

const DAY = 86_400_000;
const db = await migratedRegistry();
const source = "export const onEvent = () => 1";
const inspect = async () => ({ methods: ["onEvent"], tasks: [], jobs: [], warnings: [] });
const install = async (name: string) => {
  const { organizationId } = await newTeam(db);
  const installed = await installFromSource(env, { organizationId, name, source }, inspect, Date.now());
  return { organizationId, ...installed };
};
const isThere = async (key: string): Promise<boolean> => (await env.BLOBS.head(key)) !== null;

test("versions that nobody has go after a day, and nothing else does", async () => {
  const kept = await install("kept");
  const [first, second] = [await install("shared"), await install("shared")];
  const gone = await install("gone");
  expect(first.version.hash).toBe(second.version.hash);
  await deletePlugin(db, first.organizationId, first.plugin.id);
  await deletePlugin(db, gone.organizationId, gone.plugin.id);
  await env.BLOBS.put("attachments/of-a-config", "x");

  expect(await sweepVersions(env, Date.now())).toBe(0);
  expect(await sweepVersions(env, Date.now() + 2 * DAY)).toBe(2);
  for (const key of [bundleKey, filesKey]) expect(await isThere(key(gone.version.hash))).toBe(false);
  for (const { version } of [kept, second]) expect((await loadVersion(env, version.hash)).entry).toBe("index.ts");
  expect(await isThere("attachments/of-a-config")).toBe(true);
});

test("what lies on many pages is gone through to the end", async () => {
  for (let i = 0; i < 250; i++) await env.BLOBS.put(bundleKey(`orphan-${i}`), "{}");
  expect(await sweepVersions(env, Date.now() + 2 * DAY)).toBe(250);
  expect((await env.BLOBS.list({ prefix: `${VERSIONS}orphan-` })).objects).toEqual([]);
});

test("that happens once a day", async () => {
  const day = Math.ceil(Date.now() / DAY) * DAY + 2 * DAY;
  await env.BLOBS.put(bundleKey("orphan"), "{}");
  for (const minutes of [0, 3 * 60 + 16, 3 * 60 + 18]) await nightly(env as Env, day + minutes * 60_000);
  expect(await isThere(bundleKey("orphan"))).toBe(true);
  await nightly(env as Env, day + (3 * 60 + 17) * 60_000 + 999);
  expect(await isThere(bundleKey("orphan"))).toBe(false);
});
