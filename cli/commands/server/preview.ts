import { printUpgradePreview } from "../../print/upgrade-preview.ts";
import { configId } from "../../server/names.ts";
import { previewUpgrade, versionId } from "../../server/upgrade-preview.ts";
import { done, type ServerCommand } from "./server-command.ts";

/** Looking before one leaps. */
export const PREVIEWS: Readonly<Record<string, ServerCommand>> = {
  preview: {
    usage: "preview <config>",
    summary: "what another version changes, and what it makes of the team's last 100 events; nothing is stored or sent",
    options: { version: { type: "string" }, live: { type: "boolean" } },
    help: [
      "--version TAG        the version, by its tag or number (the newest)",
      "--live               send requests, once for both versions where they ask the same",
    ],
    async run(context) {
      const id = await configId(context, context.args[0] ?? "");
      const { version, live } = context.flags;
      const found = await previewUpgrade(context, id, {
        ...(version !== undefined && { plugin_version_id: await versionId(context, id, String(version)) }),
        ...(live === true && { fetch: "live" }),
      });
      done(context, found, printUpgradePreview(found).join("\n"));
    },
  },
};
