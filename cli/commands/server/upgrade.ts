import { ApiError } from "../../errors.ts";
import { printUpgradePreview } from "../../print/upgrade-preview.ts";
import type { Item } from "../../server/api.ts";
import { pluginId } from "../../server/names.ts";
import { previewUpgrade } from "../../server/upgrade-preview.ts";
import { type Installed, installing } from "./installing.ts";
import { done, type ServerCommand, type ServerContext } from "./server-command.ts";

type Config = Item<"/api/plugin_configs">;

/** Going on to another version. */
export const UPGRADES: Readonly<Record<string, ServerCommand>> = {
  upgrade: {
    usage: "upgrade <plugin> [version]",
    summary: "install the newest version, or a certain one, show what it changes, and move the team's configs to it",
    options: { yes: { type: "boolean" }, "update-configs": { type: "boolean" } },
    help: [
      "--yes                move the configs without asking",
      "--update-configs     move those of all teams, without a look at what changes",
      "Pinned configs stay. Where nobody can be asked and --yes is not given, all do.",
    ],
    async run(context) {
      const [plugin = "", tag] = context.args;
      const all = context.flags["update-configs"] === true;
      const body = { update_configs: all, ...(tag !== undefined && { tag }) };
      const params = { id: await pluginId(context, plugin) };
      const steps = context.client.stream("POST", "/api/plugins/{id}/upgrade", { params, body });
      const { plugin: upgraded, sentence } = await installing(context, steps);
      if (all) return done(context, upgraded, sentence);
      if (!context.isJson) context.terminal.print(sentence);
      return look(context, upgraded);
    },
  },
};

/** Shows what the installed version changes for each of the team's configs, and moves them if that is wanted. */
async function look(context: ServerContext, upgraded: Installed): Promise<void> {
  const {
    id,
    latest_version: { id: version },
  } = upgraded;
  const configs = await context.client.list("/api/plugin_configs", { query: { team_id: context.team } });
  const behind = configs.filter((each) => each.plugin_id === id && each.plugin_version_id !== version && !each.pinned);
  const previews = [];
  for (const each of behind) {
    const preview = await previewUpgrade(context, each.id, { plugin_version_id: version });
    previews.push({ plugin_config_id: each.id, ...preview });
    if (!context.isJson) context.terminal.print("", `plugin config ${each.id}:`, ...printUpgradePreview(preview));
  }
  const moved =
    behind.length > 0 && (await isWanted(context, behind.length)) ? await moveAll(context, behind, version) : [];
  const sentence =
    behind.length === 0 ? "no config of the team is to be moved" : `moved: ${moved.join(", ") || "none"}`;
  done(context, { ...upgraded, previews, moved }, sentence);
}

async function isWanted({ flags, terminal, isJson }: ServerContext, count: number): Promise<boolean> {
  if (flags["yes"] === true) return true;
  const prompts = isJson ? undefined : terminal.prompts();
  return (await prompts?.confirm(`Move ${count} ${count === 1 ? "config" : "configs"}?`)) ?? false;
}

/** @returns those that moved. Throws ApiError for one that does not, after all have been tried */
async function moveAll(
  { client, terminal }: ServerContext,
  configs: readonly Config[],
  version: number,
): Promise<number[]> {
  const moved: number[] = [];
  for (const { id } of configs)
    try {
      await client.request("PATCH", "/api/plugin_configs/{id}", {
        params: { id },
        body: { plugin_version_id: version },
      });
      moved.push(id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      terminal.complain(`plugin config ${id} stays at its version: ${error.message}`);
    }
  if (moved.length < configs.length)
    throw new ApiError(`${configs.length - moved.length} of ${configs.length} configs stay at their version`);
  return moved;
}
