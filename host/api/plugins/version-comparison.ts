import { z } from "zod";
import type { Env } from "../../env.ts";
import { compareVersions } from "../../plugins/compare-versions.ts";
import { loadFiles } from "../../plugins/versions.ts";
import type { PluginVersion } from "../../store/plugin-versions.ts";

/** What one version changes against another. */
export const comparison = z
  .strictObject({
    files: z.strictObject({ added: z.array(z.string()), removed: z.array(z.string()), changed: z.array(z.string()) }),
    config: z.strictObject({
      added: z.array(z.string()),
      removed: z.array(z.string()),
      changed: z.array(z.string()),
      newly_required: z.array(z.string()),
    }),
    functions: z.strictObject({ added: z.array(z.string()), removed: z.array(z.string()) }),
    capabilities: z.strictObject({ added: z.array(z.string()), removed: z.array(z.string()) }),
    used_capabilities: z.strictObject({ added: z.array(z.string()), removed: z.array(z.string()) }),
    hosts: z.strictObject({ added: z.array(z.string()), removed: z.array(z.string()) }),
  })
  .meta({
    id: "VersionComparison",
    description: "Capabilities are those that plugin.json declares, used ones those that the code names, hosts both.",
  });

/** Compares two versions of a plugin. */
export async function compared(env: Env, from: PluginVersion, to: PluginVersion): Promise<z.input<typeof comparison>> {
  const [before, after] = await Promise.all([loadFiles(env, from.hash), loadFiles(env, to.hash)]);
  return compareVersions({ ...from, files: before }, { ...to, files: after });
}
