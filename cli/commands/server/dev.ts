import { HogletApi } from "../../api-client.ts";
import { ApiError, LoadError } from "../../errors.ts";
import { watchFolder } from "../../watch-folder.ts";
import { install, type Live, makeLive } from "../push.ts";
import { followLogs } from "./logs.ts";
import type { ServerCommand } from "./server-command.ts";

/** Working on a plugin with a running server. */
export const DEVS: Readonly<Record<string, ServerCommand>> = {
  dev: {
    usage: "dev <dir>",
    summary: "have a running server run a folder's plugin, anew with each change, and show what it says",
    help: ["When it ends, the team runs what it ran before."],
    async run(context) {
      const { client, team, terminal, args } = context;
      const [folder = "."] = args;
      const api = new HogletApi(client);
      let first: Live | undefined;
      let following: { end(): void } | undefined;
      await watchFolder(folder, async () => {
        const started = Date.now();
        try {
          const { plugin, manifest } = await install(api, folder, terminal, false);
          const live = await makeLive(api, plugin, team, { values: undefined, attachments: [], manifest });
          first ??= live;
          if (!live.config.enabled) await api.setEnabled(live.config.id, true);
          terminal.print(
            `${plugin.name} is live as plugin config ${live.config.id} of team ${team} (${Date.now() - started} ms)`,
          );
          following ??= followLogs(context, live.config.id);
        } catch (error) {
          if (error instanceof LoadError) terminal.complain(error.explanation);
          else if (error instanceof ApiError) terminal.complain(error.message);
          else throw error;
        }
      });
      following?.end();
      if (!first) return;
      const { before, config } = first;
      await (before ? api.restore(before) : api.setEnabled(config.id, false));
      terminal.print(before ? `plugin config ${config.id} is as it was before` : `plugin config ${config.id} is off`);
    },
  },
};
