import { configId, pluginId } from "../../server/names.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand, show } from "./server-command.ts";

const version = (text: string | undefined): number => wholeNumber(text, "a version");

/** Commands about the versions of plugins. */
export const VERSIONS: Readonly<Record<string, ServerCommand>> = {
  outdated: {
    usage: "outdated [plugin]",
    summary: "look for newer versions where plugins come from",
    async run(context) {
      const { client, args } = context;
      const [wanted] = args;
      const id = wanted === undefined ? undefined : await pluginId(context, wanted);
      const plugins = (await client.list("/api/plugins", {})).filter((plugin) =>
        id === undefined ? plugin.url?.startsWith("https://") : plugin.id === id,
      );
      const checked = await Promise.all(
        plugins.map((plugin) =>
          client.request("POST", "/api/plugins/{id}/check_for_update", { params: { id: plugin.id } }),
        ),
      );
      show(context, checked, ["id", "name", "latest_version.tag", "latest_tag", "update_available"]);
    },
  },
  compare: {
    usage: "compare <plugin> <from> <to>",
    summary: "what one version changes against another",
    async run(context) {
      const [plugin = "", from, to] = context.args;
      const changes = await context.client.request("GET", "/api/plugins/{id}/compare", {
        params: { id: await pluginId(context, plugin) },
        query: { from: version(from), to: version(to) },
      });
      const rows = Object.entries(changes).flatMap(([what, kinds]) =>
        Object.entries(kinds).flatMap(([change, names]) => names.map((name) => ({ what, change, name }))),
      );
      show(context, rows, ["what", "change", "name"], changes);
    },
  },
  rollback: {
    usage: "rollback <config> [version]",
    summary: "go back to the version that ran before, or to a certain one",
    async run(context) {
      const [config = "", wanted] = context.args;
      const id = await configId(context, config);
      const body = wanted === undefined ? {} : { plugin_version_id: version(wanted) };
      const rolled = await context.client.request("POST", "/api/plugin_configs/{id}/rollback", {
        params: { id },
        body,
      });
      done(context, rolled, `plugin config ${id} runs version ${rolled.plugin_version_id} and is pinned there`);
    },
  },
};
