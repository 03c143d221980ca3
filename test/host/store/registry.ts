/// <reference types="vite/client" />
import { applyD1Migrations, env as bindings } from "cloudflare:test";
import { openRegistry, type Registry, type RegistryEnv } from "../../../host/store/registry.ts";
import { createOrganization, createTeam, type Team } from "../../../host/store/teams.ts";
import { createPlugin, type NewVersion, type SavedVersion } from "../../../host/store/plugin-versions.ts";
import { readManifest } from "../../../host/plugins/manifest.ts";
import type { BlobsEnv } from "../../../host/plugins/versions.ts";

const sources = import.meta.glob<string>("../../../host/store/migrations/*.sql", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** The real D1 and R2 bindings of the test. */
export const env = bindings as unknown as RegistryEnv & BlobsEnv;

/** The registry with every migration applied. Rows stay from test to test: work in a team of your own. */
export async function migratedRegistry(): Promise<Registry> {
  const migrations = Object.entries(sources)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, sql]) => ({
      name: path.split("/").at(-1) ?? path,
      queries: sql.split("--> statement-breakpoint"),
    }));
  await applyD1Migrations(env.REGISTRY, migrations);
  return openRegistry(env);
}

let teams = 0;

/** A new team in an organization of its own, with the key `phc_test_N`. */
export async function newTeam(db: Registry): Promise<Team & { token: string }> {
  const token = `phc_test_${++teams}`;
  const organization = await createOrganization(db, "Test", 1);
  return { ...(await createTeam(db, organization.id, { name: "Test", token }, 1)), token };
}

/** What saving a version needs; `hash` tells versions apart. */
export function versionOf(hash: string): NewVersion {
  const { manifest } = readManifest({ name: "Test plugin" });
  const inspected = { methods: ["processEvent"], tasks: [], jobs: [] };
  return { hash, tag: null, manifest, bundleKey: `plugins/${hash}/bundle.json`, inspected, size: 10 };
}

/** A new plugin of an organization, with one version. */
export function newPlugin(db: Registry, organizationId: number): Promise<SavedVersion> {
  return createPlugin(db, organizationId, { name: "Test plugin", pluginType: "source" }, versionOf("v1"), 1);
}
